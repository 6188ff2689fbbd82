kubectl -n quay rollout restart deployment crane
kubectl -n quay rollout status deployment crane --timeout=600s
