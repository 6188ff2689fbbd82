kubectl -n {{ns}} patch deployment web -p '{"spec":{"replicas":3}}'
kubectl -n {{ns}} rollout status deployment web --timeout=600s
