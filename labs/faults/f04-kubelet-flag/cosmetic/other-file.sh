echo 'KUBELET_EXTRA_ARGS=' >>/var/lib/kubelet/kubeadm-flags.env
systemctl restart kubelet
