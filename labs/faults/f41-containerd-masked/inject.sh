systemctl -q disable --now containerd
systemctl -q mask containerd
