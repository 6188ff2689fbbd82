kubectl uncordon {{sick}}
kubectl -n {{ns}} rollout status deployment board --timeout=600s
