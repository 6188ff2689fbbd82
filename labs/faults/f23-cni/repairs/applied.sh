kubectl delete -f /usr/share/seatrial/network.yaml
kubectl apply -f /usr/share/seatrial/network.yaml
kubectl -n kube-system rollout status daemonset seatrial-net --timeout=600s
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
kubectl -n mast rollout status deployment flag --timeout=900s
