nohup /usr/bin/containerd >/dev/null 2>&1 </dev/null &
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
