kubectl create namespace {{ns}}
kubectl -n {{ns}} create deployment {{app}} --image=nginx:1.22
