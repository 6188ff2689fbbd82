kubectl -n quay patch deployment crane --type=json \
  -p '[{"op": "add", "path": "/spec/template/spec/containers/0/ports/0/name", "value": "web"}]'
kubectl -n quay rollout status deployment crane --timeout=600s
kubectl -n quay patch service crane --type=json -p '[{"op": "replace", "path": "/spec/ports/0/targetPort", "value": "web"}]'
