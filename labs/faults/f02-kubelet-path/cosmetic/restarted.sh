systemctl reset-failed kubelet
systemctl restart kubelet
