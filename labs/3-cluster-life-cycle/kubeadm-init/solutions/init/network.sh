kubectl apply -f /usr/share/seatrial/network.yaml
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
kubectl -n kube-system rollout status deployment coredns --timeout=600s
