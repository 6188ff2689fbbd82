kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: boiler}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stoker, namespace: boiler}
spec:
  selector: {matchLabels: {app: stoker}}
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: stoker}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: stoker
          image: seatrial/toolbox:1
          command: [sh, -ec, "dd if=/dev/zero of=/dev/null bs=40M count=1; touch /tmp/warm; exec sleep infinity"]
          resources: {limits: {memory: 96Mi}}
          readinessProbe: {exec: {command: [test, -e, /tmp/warm]}, periodSeconds: 3, timeoutSeconds: 10}
YAML
kubectl -n boiler rollout status deployment stoker --timeout=600s
