# Makes the first control plane, as the course's own commands do, and a cluster that is usable as is.
kubeadm init --config /usr/share/seatrial/kubeadm.yaml
# There is one of each: nobody else could lead, and on a slow machine each would lose its own election,
# end, and start again.
sed -i 's/--leader-elect=true/--leader-elect=false/' \
    /etc/kubernetes/manifests/kube-controller-manager.yaml /etc/kubernetes/manifests/kube-scheduler.yaml
install -D -m 600 /etc/kubernetes/admin.conf /root/.kube/config
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl apply -f /usr/share/seatrial/network.yaml
kubectl taint nodes --all node-role.kubernetes.io/master-
