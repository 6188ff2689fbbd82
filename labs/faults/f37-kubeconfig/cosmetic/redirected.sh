iptables -t nat -A OUTPUT -p tcp -d 192.168.52.200 --dport 6444 -j REDIRECT --to-ports 6443
