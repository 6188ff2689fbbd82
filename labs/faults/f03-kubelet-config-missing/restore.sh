rm -f /etc/systemd/system/kubelet.service.d/30-site.conf /var/lib/kubelet/node.yaml
systemctl daemon-reload
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
