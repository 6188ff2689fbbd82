sed -i '/--enable-swagger-ui/d' /etc/kubernetes/manifests/kube-apiserver.yaml
until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 2; done
kubectl -n kube-system wait pod kube-apiserver-k8s-master --for=condition=Ready --timeout=600s
