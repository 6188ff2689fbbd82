sed -i 's/^disabled_plugins = .*/disabled_plugins = []/' /etc/containerd/config.toml
systemctl restart containerd
until crictl version; do sleep 1; done
