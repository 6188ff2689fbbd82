cat >/etc/kubernetes/manifests/tide.yaml <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: tide, namespace: default}
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: tide
      image: seatrial/echo:1
      ports: [{containerPort: 8080, hostPort: 8190}]
      readinessProbe: {httpGet: {path: /readyz, port: 8080}, periodSeconds: 2, timeoutSeconds: 10}
YAML
until kubectl get pod tide-k8s-master >/dev/null 2>&1; do sleep 1; done
kubectl wait pod tide-k8s-master --for=condition=Ready --timeout=600s
