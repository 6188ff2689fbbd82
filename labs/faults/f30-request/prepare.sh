kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: holds}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: crate, namespace: holds}
spec:
  selector: {matchLabels: {app: crate}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: crate}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: crate
          image: seatrial/echo:1
          resources: {requests: {memory: 32Mi}}
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
kubectl -n holds rollout status deployment crate --timeout=600s
