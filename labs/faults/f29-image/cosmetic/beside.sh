kubectl -n galley run cook-2 --image=seatrial/echo:1 --labels=app=cook
kubectl -n galley wait pod cook-2 --for=condition=Ready --timeout=600s
