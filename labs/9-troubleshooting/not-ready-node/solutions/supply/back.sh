# The unit keeps its new path; what it looks for is put there.
ln -sf config.yaml /var/lib/kubelet/{{file}}
systemctl enable kubelet.service
systemctl restart kubelet.service
