kubectl -n rigging run sail-2 --image=seatrial/echo:1 --labels=app=sail --overrides='{"spec": {"nodeName": "k8s-master"}}'
kubectl -n rigging wait pod sail-2 --for=condition=Ready --timeout=600s
