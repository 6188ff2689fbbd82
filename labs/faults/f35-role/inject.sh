kubectl -n bridge patch role mate --type=json -p '[{"op": "replace", "path": "/rules/0/apiGroups/0", "value": "apps"}]'
