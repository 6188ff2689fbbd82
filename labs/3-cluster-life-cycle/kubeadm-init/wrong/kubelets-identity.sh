kubeadm init --config /root/kubeadm.yaml
mkdir -p /root/.kube
cp /etc/kubernetes/kubelet.conf /root/.kube/config
