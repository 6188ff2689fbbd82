sed -i 's,authorization-mode=.*,authorization-mode=Node\,RBAC,' /etc/kubernetes/manifests/kube-apiserver.yaml
until curl -q -s --cacert /etc/kubernetes/pki/ca.crt https://192.168.52.200:6443/api/v1/secrets | grep -q Forbidden; do sleep 3; done
until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 2; done
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
