sed 's/default-cluster/main/' /etc/kubernetes/kubelet.conf >/root/.kube/config
