kubectl -n chart patch deployment pilot --type=json \
  -p '[{"op": "replace", "path": "/spec/template/spec/containers/0/env/0/valueFrom/configMapKeyRef/key", "value": "heading"}]'
kubectl -n chart rollout status deployment pilot --timeout=600s
