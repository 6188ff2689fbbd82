kubectl -n cargo patch deployment hoist --type=json -p '[{"op": "replace", "path": "/spec/template/spec/volumes/0", "value": {"name": "data", "emptyDir": {}}}]'
kubectl -n cargo rollout status deployment hoist --timeout=600s
kubectl -n cargo exec deploy/hoist -- sh -c 'echo cotton-1 >/data/mark'
