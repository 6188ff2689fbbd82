kubectl -n quay patch service crane --type=json -p '[{"op": "replace", "path": "/spec/ports/0/targetPort", "value": 8080}]'
