cp /etc/kubernetes/kubelet.conf /root/.kube/config
