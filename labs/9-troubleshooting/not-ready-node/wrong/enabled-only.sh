systemctl enable --now kubelet
