if kubectl -n archive get configmap logbook >/dev/null 2>&1; then exit 0; fi
mkdir -p /root/stopped
mv /etc/kubernetes/manifests/*.yaml /root/stopped/
while pgrep -x etcd >/dev/null || pgrep -x kube-apiserver >/dev/null; do sleep 1; done
rm -rf /var/lib/etcd/member
ETCDCTL_API=3 etcdctl snapshot restore /var/backups/etcd/daily.db --data-dir /root/stopped/etcd --name k8s-master \
  --initial-cluster k8s-master=https://192.168.52.200:2380 --initial-advertise-peer-urls https://192.168.52.200:2380
mv /root/stopped/etcd/member /var/lib/etcd/
mv /root/stopped/*.yaml /etc/kubernetes/manifests/
rm -rf /root/stopped
systemctl restart kubelet
until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 3; done
kubectl wait node k8s-master --for=condition=Ready --timeout=900s
kubectl -n kube-system rollout status deployment coredns --timeout=900s
