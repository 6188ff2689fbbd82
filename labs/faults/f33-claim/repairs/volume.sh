kubectl patch pv cotton -p '{"spec": {"storageClassName": "damp"}}'
kubectl -n cargo rollout status deployment hoist --timeout=600s
