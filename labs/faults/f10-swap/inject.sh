fallocate -l 128M /var/cache/page
chmod 600 /var/cache/page
mkswap /var/cache/page >/dev/null
echo '/var/cache/page none swap sw 0 0' >>/etc/fstab
swapon /var/cache/page
systemctl restart kubelet
