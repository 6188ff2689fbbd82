kubectl taint node k8s-master node.kubernetes.io/memory-pressure-
