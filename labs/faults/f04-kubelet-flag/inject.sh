echo 'KUBELET_EXTRA_ARGS=--swap-fail-on=true' >/etc/default/kubelet
systemctl restart kubelet
