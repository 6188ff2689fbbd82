kubectl delete namespace {{ns}}
