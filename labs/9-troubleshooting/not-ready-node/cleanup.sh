kubectl uncordon {{sick}}
# Pods first: a kubelet that was just started cannot stop them once the namespace's secrets are gone.
kubectl -n {{ns}} delete deployment,pod --all --timeout=300s
kubectl delete namespace {{ns}} --ignore-not-found --wait=true --timeout=300s
rm -rf /root/incident
