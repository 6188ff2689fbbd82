export KUBECONFIG=/etc/kubernetes/admin.conf
phase() { kubeadm init phase "$@" --config /root/kubeadm.yaml; }
if ! kubectl get --raw /readyz >/dev/null 2>&1; then
  phase preflight
  phase certs all
  phase kubeconfig all
  phase kubelet-start
  phase control-plane all
  phase etcd local
  until kubectl get node k8s-master 2>/dev/null; do sleep 2; done
  phase upload-config all
  phase mark-control-plane
  phase bootstrap-token
  phase kubelet-finalize all
  phase addon all
fi
install -D -m 600 /etc/kubernetes/admin.conf /root/.kube/config
# The kubelet tells the API of static pods some time after they run.
until [ "$(kubectl -n kube-system get pod -l tier=control-plane -o name | wc -l)" = 4 ]; do sleep 2; done
kubectl -n kube-system wait pod -l tier=control-plane --for=condition=Ready --timeout=600s
