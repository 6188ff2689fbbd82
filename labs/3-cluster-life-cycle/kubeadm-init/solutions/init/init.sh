kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw /readyz >/dev/null 2>&1 ||
  kubeadm init --config /root/kubeadm.yaml
mkdir -p /root/.kube
cp /etc/kubernetes/admin.conf /root/.kube/config
# The kubelet tells the API of static pods some time after they run.
until [ "$(kubectl -n kube-system get pod -l tier=control-plane -o name | wc -l)" = 4 ]; do sleep 2; done
kubectl -n kube-system wait pod -l tier=control-plane --for=condition=Ready --timeout=600s
