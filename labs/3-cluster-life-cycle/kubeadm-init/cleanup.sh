kubeadm reset -f >/dev/null 2>&1 || true
rm -rf /var/lib/etcd /etc/cni/net.d/10-seatrial.conflist /root/.kube /root/kubeadm.yaml
rm -f /etc/kubernetes/manifests/kube-scheduler.yaml
sysctl -q -w net.ipv4.ip_forward=1
systemctl -q enable kubelet
