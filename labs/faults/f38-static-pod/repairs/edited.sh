sed -i 's,echo:l,echo:1,' /etc/kubernetes/manifests/tide.yaml
sleep 20
kubectl wait pod tide-k8s-master --for=condition=Ready --timeout=600s
