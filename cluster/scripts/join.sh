# Arguments: the join command that kubeadm printed on the control plane.
if [ -e /etc/kubernetes/kubelet.conf ]; then kubeadm reset --force; fi
"$@"
