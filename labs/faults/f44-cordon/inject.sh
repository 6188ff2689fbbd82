kubectl cordon k8s-master
kubectl -n rigging delete pod -l app=sail
