kubectl -n holds set resources deployment crate --requests=memory=64Mi
kubectl -n holds rollout status deployment crate --timeout=600s
