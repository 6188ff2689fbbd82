systemctl start kubelet.service
ln -s /lib/systemd/system/kubelet.service /etc/systemd/system/multi-user.target.wants/kubelet.service
systemctl daemon-reload
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
