sed -i 's/- --enable-swagger-ui/- # &/' /etc/kubernetes/manifests/kube-apiserver.yaml
