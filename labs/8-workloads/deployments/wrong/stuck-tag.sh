kubectl -n {{ns}} patch deployment web --type=merge \
  -p '{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":0,"maxSurge":1}}}}'
kubectl -n {{ns}} set image deployment/web web=seatrial/echo:v2
