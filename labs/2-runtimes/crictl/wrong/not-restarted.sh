sed -i '/^disabled_plugins/d' /etc/containerd/config.toml
