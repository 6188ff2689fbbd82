# All old pods go first: the rule of one that is left would keep new ones off its node.
kubectl -n {{ns}} patch deployment board --type=json \
  -p '[{"op": "remove", "path": "/spec/template/spec/affinity"},
       {"op": "replace", "path": "/spec/replicas", "value": 0}]'
until [ -z "$(kubectl -n {{ns}} get pod -l app=board -o name)" ]; do sleep 1; done
kubectl -n {{ns}} scale deployment board --replicas=2
kubectl -n {{ns}} rollout status deployment board --timeout=600s
