kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: deck}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mop, namespace: deck}
spec:
  selector: {matchLabels: {app: mop}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: mop}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: mop
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
kubectl -n deck rollout status deployment mop --timeout=600s
