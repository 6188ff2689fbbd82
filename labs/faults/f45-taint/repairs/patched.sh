kubectl patch node k8s-master --type=merge -p '{"spec": {"taints": []}}'
kubectl -n rigging rollout status deployment sail --timeout=600s
