# A file that is read after the baseline overrules it. A slash may stand for the dot.
cat >/etc/sysctl.d/zzz-kubernetes.conf <<'CONF'
net/ipv4/ip_forward=1
net/bridge/bridge-nf-call-iptables=1
net/bridge/bridge-nf-call-ip6tables=1
CONF
systemctl restart systemd-sysctl.service
