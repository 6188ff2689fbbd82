ln -s /usr/bin/kubelet /usr/local/bin/kubelet
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
