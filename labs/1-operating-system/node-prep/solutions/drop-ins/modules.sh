echo overlay >/etc/modules-load.d/10-overlay.conf
echo br-netfilter >/etc/modules-load.d/20-bridge.conf
systemctl restart systemd-modules-load.service
