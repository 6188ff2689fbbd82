echo 'export KUBECONFIG=/etc/kubernetes/admin.conf' >>/root/.bashrc
