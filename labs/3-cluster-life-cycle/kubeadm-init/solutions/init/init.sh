kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw /readyz >/dev/null 2>&1 ||
  kubeadm init --config /root/kubeadm.yaml
mkdir -p /root/.kube
cp /etc/kubernetes/admin.conf /root/.kube/config
kubectl -n kube-system wait pod -l tier=control-plane --for=condition=Ready --timeout=600s
