rm -rf /var/lib/etcd/member
rm -f /etc/kubernetes/manifests/kube-scheduler.yaml
sysctl -w net.ipv4.ip_forward=1
