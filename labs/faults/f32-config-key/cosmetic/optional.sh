kubectl -n chart patch deployment pilot --type=json \
  -p '[{"op": "add", "path": "/spec/template/spec/containers/0/env/0/valueFrom/configMapKeyRef/optional", "value": true}]'
kubectl -n chart rollout status deployment pilot --timeout=600s
