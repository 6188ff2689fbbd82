echo 'runtime-endpoint: unix:///var/run/dockershim.sock' >/etc/crictl.yaml
