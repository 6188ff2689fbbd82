kubectl -n rigging patch deployment sail -p '{"spec": {"template": {"spec": {"tolerations": [{"key": "site", "operator": "Exists"}]}}}}'
kubectl -n rigging rollout status deployment sail --timeout=600s
