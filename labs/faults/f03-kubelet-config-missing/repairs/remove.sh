rm /etc/systemd/system/kubelet.service.d/30-site.conf
systemctl daemon-reload
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
