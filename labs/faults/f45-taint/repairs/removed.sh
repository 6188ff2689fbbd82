kubectl taint node k8s-master site-
kubectl -n rigging rollout status deployment sail --timeout=600s
