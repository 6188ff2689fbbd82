rm /etc/systemd/system/containerd.service
systemctl daemon-reload
systemctl enable containerd
systemctl start containerd
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
