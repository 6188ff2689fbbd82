kubectl -n holds create deployment crates --image=seatrial/echo:1
kubectl -n holds rollout status deployment crates --timeout=600s
