kubectl patch node k8s-master -p '{"spec": {"unschedulable": false}}'
kubectl -n rigging rollout status deployment sail --timeout=600s
