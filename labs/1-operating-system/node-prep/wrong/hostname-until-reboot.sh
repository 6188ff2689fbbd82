hostname k8s-node1
tr -d '-' </proc/sys/kernel/random/uuid >/etc/machine-id
