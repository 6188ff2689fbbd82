kubectl -n quay delete service crane
kubectl -n quay expose deployment crane --port=80 --target-port=8080
