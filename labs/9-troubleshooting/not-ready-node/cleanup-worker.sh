[ "$(hostname)" = {{sick}} ] || exit 0
rm -f /etc/systemd/system/kubelet.service.d/30-site.conf
if [ -L /var/lib/kubelet/{{file}} ] || [ -f /var/lib/kubelet/{{file}} ]; then rm /var/lib/kubelet/{{file}}; fi
systemctl daemon-reload
systemctl -q enable kubelet
systemctl restart kubelet
