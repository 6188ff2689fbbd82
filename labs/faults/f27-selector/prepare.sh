kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: quay}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: crane, namespace: quay}
spec:
  replicas: 2
  selector: {matchLabels: {app: crane}}
  template:
    metadata: {labels: {app: crane}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: crane
          image: seatrial/echo:1
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
---
apiVersion: v1
kind: Service
metadata: {name: crane, namespace: quay}
spec:
  selector: {app: crane}
  ports: [{port: 80, targetPort: 8080}]
YAML
kubectl -n quay rollout status deployment crane --timeout=600s
