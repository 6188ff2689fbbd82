kubectl -n holds set resources deployment crate --requests=memory=32Mi
kubectl -n holds rollout status deployment crate --timeout=600s
