swapoff -a
sed -i -E 's/^([^#].*[[:space:]]swap[[:space:]])/# \1/' /etc/fstab
