kubeadm init --config /root/kubeadm.yaml
mkdir -p /root/.kube
cp /etc/kubernetes/kubelet.conf /root/.kube/config
export KUBECONFIG=/etc/kubernetes/admin.conf
until [ "$(kubectl -n kube-system get pod -l tier=control-plane -o name | wc -l)" = 4 ]; do sleep 2; done
kubectl -n kube-system wait pod -l tier=control-plane --for=condition=Ready --timeout=600s
