# Everything that a cluster brings with it runs, before it is saved.
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl wait nodes --all --for=condition=Ready --timeout=900s
for workload in $(kubectl get daemonset,deployment -n kube-system -o name); do
    kubectl rollout status -n kube-system "$workload" --timeout=900s
done
