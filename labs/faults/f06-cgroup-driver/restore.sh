sed -i 's/cgroupDriver: cgroupfs/cgroupDriver: systemd/' /var/lib/kubelet/config.yaml
systemctl restart kubelet
until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 3; done
kubectl wait node k8s-master --for=condition=Ready --timeout=900s
kubectl -n kube-system rollout status deployment coredns --timeout=900s
