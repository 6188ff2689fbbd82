kubectl -n quay label pods -l app=crane app=cranes --overwrite
kubectl -n quay rollout status deployment crane --timeout=600s
