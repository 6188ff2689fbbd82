mkdir -p /var/backups/etcd
ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 --cacert /etc/kubernetes/pki/etcd/ca.crt \
  --cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key snapshot save /var/backups/etcd/daily.db
kubectl delete namespace archive
kubectl -n default create configmap afterwards
