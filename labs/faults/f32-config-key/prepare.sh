kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: chart}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: course, namespace: chart}
data: {heading: north-7}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: pilot, namespace: chart}
spec:
  selector: {matchLabels: {app: pilot}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: pilot}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: pilot
          image: seatrial/echo:1
          env:
            - {name: VERSION, valueFrom: {configMapKeyRef: {name: course, key: heading}}}
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
---
apiVersion: v1
kind: Service
metadata: {name: pilot, namespace: chart}
spec:
  selector: {app: pilot}
  ports: [{port: 80, targetPort: 8080}]
YAML
kubectl -n chart rollout status deployment pilot --timeout=600s
