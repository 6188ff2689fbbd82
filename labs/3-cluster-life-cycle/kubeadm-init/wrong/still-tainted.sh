kubectl create deployment hello --image=seatrial/echo:1
