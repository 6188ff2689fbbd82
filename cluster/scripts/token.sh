# The last line is the command by which a worker joins. A control plane that was just resumed is slow.
export KUBECONFIG=/etc/kubernetes/admin.conf
until kubectl get --raw=/readyz >/dev/null; do sleep 2; done
kubeadm token create --ttl 1h --print-join-command
