kubectl patch node k8s-master --type=merge -p '{"spec":{"taints":[]}}'
kubectl apply -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
  namespace: default
spec:
  selector:
    matchLabels: {run: hello}
  template:
    metadata:
      labels: {run: hello}
    spec:
      containers:
        - {name: web, image: "docker.io/seatrial/echo:1"}
YAML
kubectl rollout status deployment hello --timeout=600s
