echo 'net.ipv4.ip_forward = 1' >/etc/sysctl.d/10-forward.conf
sysctl -w net.ipv4.ip_forward=1
