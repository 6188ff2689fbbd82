sed -i '/- kube-apiserver$/a\    - --enable-swagger-ui=true' /etc/kubernetes/manifests/kube-apiserver.yaml
