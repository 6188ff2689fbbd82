kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: mast}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: flag, namespace: mast}
spec:
  selector: {matchLabels: {app: flag}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: flag}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: flag
          image: seatrial/echo:1
          readinessProbe: {exec: {command: [curl, -q, -sf, "http://127.0.0.1:8080/readyz"]}, periodSeconds: 3, timeoutSeconds: 10}
---
apiVersion: v1
kind: Service
metadata: {name: flag, namespace: mast}
spec:
  selector: {app: flag}
  ports: [{port: 80, targetPort: 8080}]
YAML
kubectl -n mast rollout status deployment flag --timeout=600s
