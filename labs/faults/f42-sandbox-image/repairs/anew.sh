containerd config default |
  sed 's,sandbox_image = .*,sandbox_image = "k8s.gcr.io/pause:3.2",; s,SystemdCgroup = false,SystemdCgroup = true,;
    s,bin_dir = .*,bin_dir = "/opt/cni/bin",' >/etc/containerd/config.toml
systemctl restart containerd
kubectl -n deck delete pod -l app=mop
kubectl -n deck rollout status deployment mop --timeout=600s
