printf 'overlay\nbr_netfilter\n' >/etc/modules-load.d/kubernetes
modprobe overlay
modprobe br_netfilter
