# Arguments: the join command that kubeadm printed on the control plane.
"$@"
