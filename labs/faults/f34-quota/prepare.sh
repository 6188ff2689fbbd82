kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: purser}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: purse, namespace: purser}
spec: {hard: {pods: "4"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coin, namespace: purser}
spec:
  replicas: 2
  selector: {matchLabels: {app: coin}}
  template:
    metadata: {labels: {app: coin}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: coin
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
kubectl -n purser rollout status deployment coin --timeout=600s
