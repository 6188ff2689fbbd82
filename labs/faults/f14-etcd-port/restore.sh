sed -i 's,127.0.0.1:2397,127.0.0.1:2379,' /etc/kubernetes/manifests/kube-apiserver.yaml
until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 2; done
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
kubectl -n kube-system wait pod kube-apiserver-k8s-master --for=condition=Ready --timeout=600s
