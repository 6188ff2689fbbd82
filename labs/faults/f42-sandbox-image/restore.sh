sed -i 's,pause:3.20,pause:3.2,' /etc/containerd/config.toml
systemctl restart containerd
kubectl -n deck rollout status deployment mop --timeout=600s
