kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: rigging}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: sail, namespace: rigging}
spec:
  selector: {matchLabels: {app: sail}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: sail}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: sail
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
kubectl -n rigging rollout status deployment sail --timeout=600s
