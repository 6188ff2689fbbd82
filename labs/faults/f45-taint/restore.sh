kubectl patch node k8s-master -p '{"spec": {"taints": null}}'
kubectl -n rigging rollout status deployment sail --timeout=600s
