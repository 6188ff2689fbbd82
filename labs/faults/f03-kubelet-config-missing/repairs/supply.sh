cp /var/lib/kubelet/config.yaml /var/lib/kubelet/node.yaml
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
