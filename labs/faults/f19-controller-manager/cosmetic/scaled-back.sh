kubectl -n winch scale deployment rope --replicas=1
