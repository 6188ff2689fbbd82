kubectl -n purser scale deployment coin --replicas=1
