kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: lookout}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: asker, namespace: lookout}
spec:
  selector: {matchLabels: {app: asker}}
  template:
    metadata: {labels: {app: asker}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - {name: asker, image: "seatrial/toolbox:1", command: [sleep, infinity]}
YAML
kubectl -n lookout rollout status deployment asker --timeout=600s
