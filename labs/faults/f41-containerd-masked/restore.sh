systemctl -q unmask containerd
systemctl -q enable --now containerd
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
