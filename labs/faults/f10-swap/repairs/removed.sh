swapoff -a
sed -i '/ swap /d' /etc/fstab
systemctl daemon-reload
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
