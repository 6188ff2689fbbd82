kubectl -n {{ns}} patch deployment board --type=json \
  -p '[{"op": "remove", "path": "/spec/template/spec/affinity"}]'
kubectl -n {{ns}} rollout status deployment board --timeout=600s
