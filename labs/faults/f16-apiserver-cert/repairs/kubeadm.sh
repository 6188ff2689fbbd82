kubeadm init phase certs apiserver --config /usr/share/seatrial/kubeadm.yaml
until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 2; done
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
