sed -i 's,/usr/local/bin/kubelet,/usr/bin/kubelet,' /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
systemctl daemon-reload
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
