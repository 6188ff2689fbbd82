kubectl -n holds patch deployment crate --type=json -p '[{"op": "remove", "path": "/spec/template/spec/containers/0/resources"}]'
kubectl -n holds rollout status deployment crate --timeout=600s
