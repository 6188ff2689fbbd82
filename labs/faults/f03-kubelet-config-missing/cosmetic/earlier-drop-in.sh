cat >/etc/systemd/system/kubelet.service.d/25-config.conf <<'UNIT'
[Service]
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
UNIT
systemctl daemon-reload
systemctl restart kubelet
