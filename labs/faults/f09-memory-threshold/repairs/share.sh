sed -i 's/memory.available: .*/memory.available: 5%/' /var/lib/kubelet/config.yaml
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=MemoryPressure=False --timeout=900s
kubectl -n ballast rollout status deployment stone --timeout=600s
