# A pod with a fixed node goes round the scheduler, and so round the cordon.
kubectl -n {{ns}} apply -f - <<'YAML'
apiVersion: v1
kind: Pod
metadata:
  name: board-extra
  labels: {app: board}
spec:
  nodeName: {{sick}}
  terminationGracePeriodSeconds: 2
  containers:
    - name: board
      image: seatrial/echo:1
YAML
kubectl -n {{ns}} wait pod board-extra --for=condition=Ready --timeout=300s
