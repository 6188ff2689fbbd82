kubectl -n galley set image deployment cook cook=docker.io/seatrial/echo:1
kubectl -n galley rollout status deployment cook --timeout=600s
