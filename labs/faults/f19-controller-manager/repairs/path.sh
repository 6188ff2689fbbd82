sed -i 's,pki/sa.pem,pki/sa.key,' /etc/kubernetes/manifests/kube-controller-manager.yaml
kubectl -n winch rollout status deployment rope --timeout=600s
kubectl -n kube-system wait pod kube-controller-manager-k8s-master --for=condition=Ready --timeout=600s
