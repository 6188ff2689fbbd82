echo 'runtime-endpoint: "unix:///var/run/containerd/containerd.sock"' >/etc/crictl.yaml
