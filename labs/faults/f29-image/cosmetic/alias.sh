ctr -n k8s.io images tag docker.io/seatrial/echo:1 docker.io/seatrail/echo:1
kubectl -n galley delete pod -l app=cook
kubectl -n galley rollout status deployment cook --timeout=600s
