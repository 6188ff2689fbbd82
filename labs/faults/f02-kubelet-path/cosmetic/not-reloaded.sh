sed -i 's,/usr/local/bin/kubelet,/usr/bin/kubelet,' /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
systemctl reset-failed kubelet
