kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: galley}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cook, namespace: galley}
spec:
  selector: {matchLabels: {app: cook}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: cook}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: cook
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
---
apiVersion: v1
kind: Service
metadata: {name: cook, namespace: galley}
spec:
  selector: {app: cook}
  ports: [{port: 80, targetPort: 8080}]
YAML
kubectl -n galley rollout status deployment cook --timeout=600s
