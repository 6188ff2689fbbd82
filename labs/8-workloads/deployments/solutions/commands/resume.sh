paused=$(kubectl -n {{ns}} get deployment web -o jsonpath='{.spec.paused}')
[ "$paused" != true ] || kubectl -n {{ns}} rollout resume deployment web
kubectl -n {{ns}} rollout status deployment web --timeout=600s
