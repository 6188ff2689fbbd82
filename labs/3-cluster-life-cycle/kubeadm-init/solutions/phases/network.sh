kubectl --kubeconfig /root/.kube/config apply -f /usr/share/seatrial/network.yaml
kubectl -n kube-system rollout status daemonset seatrial-net --timeout=600s
kubectl wait node --all --for=condition=Ready --timeout=600s
kubectl -n kube-system rollout status deployment coredns --timeout=600s
