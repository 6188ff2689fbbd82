# grow it
kubectl -n {{ns}} scale deployment {{app}} --replicas=3
echo {{snap}} > /opt/rope.txt
