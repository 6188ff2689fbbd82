systemctl restart containerd kubelet
