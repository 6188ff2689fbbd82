. /var/lib/kubelet/kubeadm-flags.env
nohup /usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml \
  $KUBELET_KUBEADM_ARGS >/dev/null 2>&1 </dev/null &
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
