sed -i 's/memory.available: .*/memory.available: 100Mi/' /var/lib/kubelet/config.yaml
