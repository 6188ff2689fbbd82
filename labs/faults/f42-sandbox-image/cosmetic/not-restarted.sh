sed -i 's,pause:3.20,pause:3.2,' /etc/containerd/config.toml
kubectl -n deck delete pod -l app=mop
