# Deletes the Deployment and makes another one of the same name.
kubectl -n {{ns}} get deployment web -o yaml >/root/web.yaml
kubectl -n {{ns}} delete deployment web --wait=true
sed -e '/^  uid:/d' -e '/^  resourceVersion:/d' -e 's/^  replicas: 1$/  replicas: 3/' /root/web.yaml |
  kubectl create -f -
rm /root/web.yaml
kubectl -n {{ns}} rollout status deployment web --timeout=600s
