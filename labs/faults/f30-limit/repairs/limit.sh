kubectl -n boiler set resources deployment stoker --limits=memory=128Mi
kubectl -n boiler rollout status deployment stoker --timeout=600s
