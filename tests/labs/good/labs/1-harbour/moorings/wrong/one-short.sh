kubectl -n {{ns}} scale deployment {{app}} --replicas=2
echo {{snap}} > /opt/rope.txt
