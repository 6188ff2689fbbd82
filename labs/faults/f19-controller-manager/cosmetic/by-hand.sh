kubectl -n winch run rope-2 --image=seatrial/echo:1 --labels=app=rope
kubectl -n winch wait pod rope-2 --for=condition=Ready --timeout=600s
