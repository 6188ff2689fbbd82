cat >/etc/systemd/system/kubelet.service.d/30-site.conf <<'UNIT'
# Moved to the site's common layout.
[Service]
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/node.yaml"
UNIT
systemctl daemon-reload
systemctl restart kubelet
