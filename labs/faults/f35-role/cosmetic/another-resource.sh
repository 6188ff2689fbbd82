kubectl -n bridge patch role mate --type=json \
  -p '[{"op": "replace", "path": "/rules/0", "value": {"apiGroups": [""], "resources": ["configmap"], "verbs": ["get", "list", "watch"]}}]'
