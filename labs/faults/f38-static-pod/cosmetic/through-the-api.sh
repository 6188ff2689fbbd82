kubectl set image pod tide-k8s-master tide=seatrial/echo:1
