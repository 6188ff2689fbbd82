# The last line is the command by which a worker joins.
export KUBECONFIG=/etc/kubernetes/admin.conf
kubeadm token create --ttl 1h --print-join-command
