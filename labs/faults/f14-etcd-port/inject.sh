sed -i 's,127.0.0.1:2379,127.0.0.1:2397,' /etc/kubernetes/manifests/kube-apiserver.yaml
