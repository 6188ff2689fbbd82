cp /etc/kubernetes/admin.conf /root/.kube/config
