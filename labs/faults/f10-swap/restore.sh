if grep -q '^/var/cache/page ' /proc/swaps; then swapoff /var/cache/page; fi
sed -i '/page none swap/d' /etc/fstab
rm -f /var/cache/page
systemctl daemon-reload
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
