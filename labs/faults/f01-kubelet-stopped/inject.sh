systemctl -q disable --now kubelet
