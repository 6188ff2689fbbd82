kubectl uncordon {{sick}}
kubectl delete namespace {{ns}} --ignore-not-found --wait=true --timeout=300s
rm -rf /root/incident
