touch /var/lib/kubelet/node.yaml
systemctl restart kubelet
