systemctl -q enable --now kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
