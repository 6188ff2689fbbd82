rm -f /etc/systemd/system/kubelet.service.d/30-site.conf
systemctl daemon-reload
systemctl enable --now kubelet
systemctl restart kubelet
