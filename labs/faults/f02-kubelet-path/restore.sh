sed -i 's,/usr/local/bin/kubelet,/usr/bin/kubelet,' /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
rm -f /usr/local/bin/kubelet
systemctl daemon-reload
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
