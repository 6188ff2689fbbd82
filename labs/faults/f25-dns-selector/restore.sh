kubectl -n kube-system patch service kube-dns -p '{"spec": {"selector": {"k8s-app": "kube-dns"}}}'
