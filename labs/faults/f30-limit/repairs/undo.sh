kubectl -n boiler rollout undo deployment stoker
kubectl -n boiler rollout status deployment stoker --timeout=600s
