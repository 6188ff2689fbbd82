sed -i 's/^net.ipv4.ip_forward.*/net.ipv4.ip_forward = 0/' /etc/sysctl.d/k8s.conf
sysctl -q -w net.ipv4.ip_forward=0
