paused=$(kubectl -n {{ns}} get deployment web -o jsonpath='{.spec.paused}')
[ "$paused" = true ] || kubectl -n {{ns}} rollout pause deployment web
kubectl -n {{ns}} set env deployment/web RELEASE={{release}}
kubectl -n {{ns}} set resources deployment web -c web --requests=memory=32Mi
