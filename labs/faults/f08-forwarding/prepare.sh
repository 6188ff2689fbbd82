kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: cable}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: call, namespace: cable}
data: {call: "curl -q -sS -m 20 http://$ANSWER_SERVICE_HOST/"}
---
apiVersion: v1
kind: Service
metadata: {name: answer, namespace: cable}
spec:
  selector: {app: answer}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: answer, namespace: cable}
spec:
  selector: {matchLabels: {app: answer}}
  template:
    metadata: {labels: {app: answer}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: answer
          image: seatrial/echo:1
          readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: caller, namespace: cable}
spec:
  selector: {matchLabels: {app: caller}}
  template:
    metadata: {labels: {app: caller}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: caller
          image: seatrial/toolbox:1
          command: [sleep, infinity]
          volumeMounts: [{name: call, mountPath: /opt}]
      volumes: [{name: call, configMap: {name: call}}]
YAML
kubectl -n cable rollout status deployment answer --timeout=600s
kubectl -n cable rollout status deployment caller --timeout=600s
