install -m 600 /etc/kubernetes/admin.conf /root/.kube/config
