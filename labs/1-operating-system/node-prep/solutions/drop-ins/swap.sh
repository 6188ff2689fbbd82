if grep -q '^{{swap}} ' /proc/swaps; then swapoff {{swap}}; fi
awk '$3 != "swap"' /etc/fstab >/etc/fstab.new
cat /etc/fstab.new >/etc/fstab
rm -f /etc/fstab.new {{swap}}
systemctl daemon-reload
