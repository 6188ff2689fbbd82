kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: locker}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chest, namespace: locker}
spec:
  selector: {matchLabels: {app: chest}}
  template:
    metadata: {labels: {app: chest}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: chest
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
kubectl -n locker rollout status deployment chest --timeout=600s
kubectl -n locker get service chest >/dev/null 2>&1 || kubectl -n locker expose deployment chest --port=80 --target-port=8080
