kubectl taint node k8s-master site=dry-dock:PreferNoSchedule
kubectl taint node k8s-master site:NoExecute-
kubectl -n rigging rollout status deployment sail --timeout=600s
