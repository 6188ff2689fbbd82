kubectl -n boiler patch deployment stoker --type=json -p '[{"op": "remove", "path": "/spec/template/spec/containers/0/resources"}]'
kubectl -n boiler rollout status deployment stoker --timeout=600s
