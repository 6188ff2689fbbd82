kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: ballast}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stone, namespace: ballast}
spec:
  selector: {matchLabels: {app: stone}}
  template:
    metadata: {labels: {app: stone}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: stone
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
kubectl -n ballast rollout status deployment stone --timeout=600s
