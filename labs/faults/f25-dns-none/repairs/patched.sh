kubectl -n kube-system patch deployment coredns --type=json -p '[{"op": "replace", "path": "/spec/replicas", "value": 2}]'
kubectl -n kube-system rollout status deployment coredns --timeout=600s
