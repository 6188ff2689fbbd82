kubectl apply -f - <<'YAML'
apiVersion: v1
kind: PersistentVolume
metadata: {name: wool}
spec:
  capacity: {storage: 64Mi}
  accessModes: [ReadWriteOnce]
  storageClassName: damp
  hostPath: {path: /srv/wool, type: DirectoryOrCreate}
YAML
kubectl -n cargo rollout status deployment hoist --timeout=600s
