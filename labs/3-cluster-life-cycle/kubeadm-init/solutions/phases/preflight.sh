if [ ! -f /etc/kubernetes/admin.conf ]; then
  kubeadm reset --force
  rm -rf /var/lib/etcd
fi
sysctl --system >/dev/null
systemctl enable kubelet.service
