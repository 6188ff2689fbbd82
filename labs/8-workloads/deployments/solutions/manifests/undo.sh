kubectl apply -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: {{ns}}
  labels: {app: web}
spec:
  replicas: 3
  paused: false
  strategy:
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: web
          image: docker.io/seatrial/echo:3
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet: {path: /readyz, port: 8080}
            periodSeconds: 2
            timeoutSeconds: 5
          env:
            - {name: RELEASE, value: "{{release}}"}
          resources:
            requests: {memory: 33554432}
YAML
for attempt in $(seq 60); do
  kubectl -n {{ns}} get replicasets -l app=web \
    -o jsonpath='{.items[*].spec.template.spec.containers[0].image}' | grep -q echo:3 && break
  sleep 1
done
kubectl apply -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: {{ns}}
  labels: {app: web}
spec:
  replicas: 3
  paused: false
  strategy:
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: web
          image: docker.io/seatrial/echo:2
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet: {path: /readyz, port: 8080}
            periodSeconds: 2
            timeoutSeconds: 5
YAML
kubectl -n {{ns}} rollout status deployment web --timeout=600s
