kubectl -n cargo scale deployment hoist --replicas=0
kubectl -n cargo get pvc bale -o json | jq 'del(.status, .metadata.uid, .metadata.resourceVersion) | .spec.storageClassName = "dry"' >/tmp/bale.json
kubectl -n cargo delete pvc bale
kubectl apply -f /tmp/bale.json
kubectl -n cargo scale deployment hoist --replicas=1
kubectl -n cargo rollout status deployment hoist --timeout=600s
