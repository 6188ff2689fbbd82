mkdir -p /srv/cotton
echo cotton-1 >/srv/cotton/mark
kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: cargo}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: cotton}
spec:
  capacity: {storage: 64Mi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: dry
  hostPath: {path: /srv/cotton}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: bale, namespace: cargo}
spec:
  storageClassName: dry
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 32Mi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hoist, namespace: cargo}
spec:
  selector: {matchLabels: {app: hoist}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: hoist}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: hoist
          image: seatrial/toolbox:1
          command: [sleep, infinity]
          volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: bale}}]
YAML
kubectl -n cargo rollout status deployment hoist --timeout=600s
