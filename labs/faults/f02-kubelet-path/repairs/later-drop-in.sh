cat >/etc/systemd/system/kubelet.service.d/90-path.conf <<'UNIT'
[Service]
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
UNIT
systemctl daemon-reload
systemctl restart kubelet
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
