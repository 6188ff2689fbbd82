kubectl delete namespace {{ns}} --ignore-not-found --wait=true --timeout=300s
