cd /etc/kubernetes/pki
openssl req -x509 -newkey rsa:2048 -nodes -keyout apiserver.key -out apiserver.crt -days 365 -subj /CN=kube-apiserver \
  -addext 'subjectAltName=DNS:kubernetes,DNS:k8s-master,IP:10.96.0.1,IP:192.168.52.200' 2>/dev/null
until curl -q -sk https://192.168.52.200:6443/readyz; do sleep 3; done
