sed -i 's,pause:3.2,pause:3.20,' /etc/containerd/config.toml
systemctl restart containerd
kubectl -n deck delete pod -l app=mop
