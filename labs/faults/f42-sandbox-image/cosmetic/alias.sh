ctr -n k8s.io images tag k8s.gcr.io/pause:3.2 k8s.gcr.io/pause:3.20
kubectl -n deck rollout status deployment mop --timeout=600s
