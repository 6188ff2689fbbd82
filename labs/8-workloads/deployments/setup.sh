# A namespace with the Deployment to work on, its Service, and a neighbour that nobody may touch.
kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata:
  name: {{ns}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: {{ns}}
  labels: {app: web}
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: web
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
  name: web
  namespace: {{ns}}
spec:
  selector: {app: web}
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: docs
  namespace: {{ns}}
  labels: {app: docs}
spec:
  replicas: 1
  selector:
    matchLabels: {app: docs}
  template:
    metadata:
      labels: {app: docs}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: docs
          image: nginx:1.22
          ports:
            - containerPort: 80
YAML
