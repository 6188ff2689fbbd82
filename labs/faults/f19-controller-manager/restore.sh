sed -i 's,pki/sa.pem,pki/sa.key,' /etc/kubernetes/manifests/kube-controller-manager.yaml
rm -f /etc/kubernetes/pki/sa.pem
kubectl -n winch scale deployment rope --replicas=1
kubectl -n winch rollout status deployment rope --timeout=600s
kubectl -n kube-system wait pod kube-controller-manager-k8s-master --for=condition=Ready --timeout=600s
