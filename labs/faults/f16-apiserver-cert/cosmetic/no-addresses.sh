cd /etc/kubernetes/pki
openssl req -newkey rsa:2048 -nodes -keyout apiserver.key -out /tmp/a.csr -subj /CN=kube-apiserver 2>/dev/null
echo 'subjectAltName=DNS:kubernetes,DNS:k8s-master' >/tmp/a.ext
openssl x509 -req -in /tmp/a.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -extfile /tmp/a.ext -out apiserver.crt
until curl -q -sk https://192.168.52.200:6443/readyz; do sleep 3; done
