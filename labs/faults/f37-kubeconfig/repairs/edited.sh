sed -i 's,:6444,:6443,' /root/.kube/config
