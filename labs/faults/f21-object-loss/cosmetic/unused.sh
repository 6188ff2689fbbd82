ETCDCTL_API=3 etcdctl snapshot restore /var/backups/etcd/daily.db --data-dir /var/lib/etcd-restored
