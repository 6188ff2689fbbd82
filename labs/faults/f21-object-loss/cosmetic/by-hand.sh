kubectl create namespace archive
kubectl -n archive create configmap logbook --from-literal=entry=north-north-west
kubectl -n default delete configmap afterwards
