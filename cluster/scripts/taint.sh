# With workers there, the control plane keeps to itself again, as kubeadm leaves it.
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl taint nodes k8s-master node-role.kubernetes.io/master=:NoSchedule --overwrite
