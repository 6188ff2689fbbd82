sed -i 's/failSwapOn: true/failSwapOn: false/' /var/lib/kubelet/config.yaml
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
