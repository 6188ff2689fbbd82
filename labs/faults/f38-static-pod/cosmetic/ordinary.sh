mv /etc/kubernetes/manifests/tide.yaml /root/
while kubectl get pod tide-k8s-master >/dev/null 2>&1; do sleep 1; done
kubectl run tide-k8s-master --image=seatrial/echo:1 --port=8080 --overrides='{"spec": {"containers": [{"name": "tide",
  "image": "seatrial/echo:1", "ports": [{"containerPort": 8080, "hostPort": 8190}]}]}}'
kubectl wait pod tide-k8s-master --for=condition=Ready --timeout=600s
