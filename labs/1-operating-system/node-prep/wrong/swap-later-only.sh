sed -i '/ swap /d' /etc/fstab
