kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: gangway}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: plank, namespace: gangway}
spec:
  selector: {matchLabels: {app: plank}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: plank}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: plank
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
kubectl -n gangway rollout status deployment plank --timeout=600s
