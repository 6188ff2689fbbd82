# Makes the first control plane, as the course's own commands do, and a cluster that is usable as is.
kubeadm init --config /usr/share/seatrial/kubeadm.yaml
install -D -m 600 /etc/kubernetes/admin.conf /root/.kube/config
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl apply -f /usr/share/seatrial/network.yaml
kubectl taint nodes --all node-role.kubernetes.io/master-
