kubectl -n quay patch deployment crane --type=json \
  -p '[{"op": "replace", "path": "/spec/template/spec/containers/0/ports/0/containerPort", "value": 8008}]'
kubectl -n quay rollout status deployment crane --timeout=600s
