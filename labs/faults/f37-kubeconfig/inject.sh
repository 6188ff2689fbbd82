sed -i 's,:6443,:6444,' /root/.kube/config
