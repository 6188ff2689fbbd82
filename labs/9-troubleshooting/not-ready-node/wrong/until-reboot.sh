rm /etc/systemd/system/kubelet.service.d/30-site.conf
systemctl daemon-reload
systemctl start kubelet
