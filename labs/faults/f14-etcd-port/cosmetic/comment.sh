sed -i 's,^.*127.0.0.1:2397,#    - --etcd-servers=https://127.0.0.1:2379\n&,' /etc/kubernetes/manifests/kube-apiserver.yaml
