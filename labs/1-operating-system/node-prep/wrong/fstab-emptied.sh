swapoff -a
: >/etc/fstab
