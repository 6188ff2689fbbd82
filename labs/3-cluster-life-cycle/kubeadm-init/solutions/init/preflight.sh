if [ ! -f /etc/kubernetes/admin.conf ]; then
  rm -rf /var/lib/etcd/member
  rm -f /etc/kubernetes/manifests/kube-scheduler.yaml
fi
sysctl -w net.ipv4.ip_forward=1
systemctl enable kubelet
