cd /etc/kubernetes/pki
openssl req -newkey rsa:2048 -nodes -keyout apiserver.key -out /tmp/a.csr -subj /CN=kube-apiserver 2>/dev/null
cat >/tmp/a.ext <<'EXT'
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:k8s-master, DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, IP:10.96.0.1, IP:192.168.52.200
EXT
openssl x509 -req -in /tmp/a.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -extfile /tmp/a.ext -out apiserver.crt
chmod 600 apiserver.key
until kubectl get --raw=/readyz >/dev/null 2>&1; do sleep 2; done
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
