echo 'net/ipv4/ip_forward=1' >/etc/sysctl.d/zz-forward.conf
sysctl -p /etc/sysctl.d/zz-forward.conf
