kubectl -n {{ns}} scale deployment --all --replicas=3
kubectl -n {{ns}} rollout status deployment web --timeout=600s
