sed -i 's/memory.available: .*/memory.available: 95%/' /var/lib/kubelet/config.yaml
systemctl restart kubelet
