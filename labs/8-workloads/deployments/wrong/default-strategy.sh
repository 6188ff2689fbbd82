kubectl -n {{ns}} set image deployment/web web=seatrial/echo:2
kubectl -n {{ns}} rollout status deployment web --timeout=600s
