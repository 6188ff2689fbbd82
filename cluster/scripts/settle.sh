# Everything that a cluster brings with it runs, before it is saved.
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl wait nodes --all --for=condition=Ready --timeout=900s
kubectl rollout status -n kube-system daemonset --timeout=900s
kubectl rollout status -n kube-system deployment --timeout=900s
