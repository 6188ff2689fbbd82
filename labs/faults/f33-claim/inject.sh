kubectl -n cargo scale deployment hoist --replicas=0
kubectl -n cargo delete pod -l app=hoist --ignore-not-found
kubectl -n cargo delete pvc bale
kubectl patch pv cotton -p '{"spec": {"claimRef": null}}'
kubectl apply -f - <<'YAML'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: bale, namespace: cargo}
spec:
  storageClassName: damp
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 32Mi}}
YAML
kubectl -n cargo scale deployment hoist --replicas=1
