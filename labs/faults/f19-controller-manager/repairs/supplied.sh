cp /etc/kubernetes/pki/sa.key /etc/kubernetes/pki/sa.pem
kubectl -n winch rollout status deployment rope --timeout=600s
kubectl -n kube-system wait pod kube-controller-manager-k8s-master --for=condition=Ready --timeout=600s
