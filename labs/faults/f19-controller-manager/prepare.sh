kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: winch}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: rope, namespace: winch}
spec:
  selector: {matchLabels: {app: rope}}
  template:
    metadata: {labels: {app: rope}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: rope
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
kubectl -n winch rollout status deployment rope --timeout=600s
