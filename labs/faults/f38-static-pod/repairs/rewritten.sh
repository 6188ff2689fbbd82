sed 's,echo:l,echo:1,' /etc/kubernetes/manifests/tide.yaml >/root/20-tide.yml
rm /etc/kubernetes/manifests/tide.yaml
while kubectl get pod tide-k8s-master >/dev/null 2>&1; do sleep 1; done
cp /root/20-tide.yml /etc/kubernetes/manifests/
until kubectl get pod tide-k8s-master >/dev/null 2>&1; do sleep 1; done
kubectl wait pod tide-k8s-master --for=condition=Ready --timeout=600s
