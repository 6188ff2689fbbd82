kubectl -n kube-system rollout restart deployment coredns
