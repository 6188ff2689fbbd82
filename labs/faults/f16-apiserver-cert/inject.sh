rm /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key
pkill -x kube-apiserver
