kubectl --kubeconfig=/root/.kube/config config set-cluster kubernetes --server=https://k8s-master:6443
