# A workload that wants one pod on each worker, and a worker that takes no new pods.
kubectl cordon {{sick}}
kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata:
  name: {{ns}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: board
  namespace: {{ns}}
  labels: {app: board}
spec:
  replicas: 2
  selector:
    matchLabels: {app: board}
  template:
    metadata:
      labels: {app: board}
    spec:
      terminationGracePeriodSeconds: 2
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions:
                  - {key: node-role.kubernetes.io/master, operator: DoesNotExist}
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels: {app: board}
      containers:
        - name: board
          image: seatrial/echo:1
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet: {path: /readyz, port: 8080}
            periodSeconds: 2
            timeoutSeconds: 5
---
apiVersion: v1
kind: Service
metadata:
  name: board
  namespace: {{ns}}
spec:
  selector: {app: board}
  ports:
    - port: 80
      targetPort: 8080
YAML
