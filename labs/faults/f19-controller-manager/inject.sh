sed -i 's,--service-account-private-key-file=/etc/kubernetes/pki/sa.key,--service-account-private-key-file=/etc/kubernetes/pki/sa.pem,' \
  /etc/kubernetes/manifests/kube-controller-manager.yaml
until [ "$(pgrep -xc kube-controller)" = 0 ]; do sleep 1; done
kubectl -n winch scale deployment rope --replicas=2
