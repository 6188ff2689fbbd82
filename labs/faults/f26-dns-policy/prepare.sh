kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: cabin}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: clerk, namespace: cabin}
spec:
  selector: {matchLabels: {app: clerk}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: clerk}}
    spec:
      dnsPolicy: ClusterFirst
      terminationGracePeriodSeconds: 1
      containers:
        - {name: clerk, image: "seatrial/toolbox:1", command: [sleep, infinity]}
YAML
kubectl -n cabin rollout status deployment clerk --timeout=600s
