containerd config default >/etc/containerd/config.toml
systemctl restart containerd
until crictl version; do sleep 1; done
