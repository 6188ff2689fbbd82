kubectl uncordon k8s-master
kubectl -n rigging rollout status deployment sail --timeout=600s
