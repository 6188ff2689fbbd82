kubectl label node k8s-master beta.kubernetes.io/system=linux
until [ "$(kubectl -n kube-system get daemonset kube-proxy -o jsonpath='{.status.numberReady}')" = 1 ]; do sleep 2; done
