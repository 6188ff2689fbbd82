kubectl -n kube-system patch daemonset kube-proxy --type=json \
  -p '[{"op": "replace", "path": "/spec/template/spec/nodeSelector", "value": {"kubernetes.io/os": "linux"}}]'
kubectl -n kube-system rollout status daemonset kube-proxy --timeout=600s
