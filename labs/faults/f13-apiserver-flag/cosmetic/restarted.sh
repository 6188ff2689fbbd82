systemctl restart kubelet containerd
