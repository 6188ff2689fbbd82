mkdir -p /etc/kubernetes/manifests.d
sed 's,127.0.0.1:2397,127.0.0.1:2379,' /etc/kubernetes/manifests/kube-apiserver.yaml >/etc/kubernetes/manifests.d/kube-apiserver.yaml
systemctl restart kubelet
