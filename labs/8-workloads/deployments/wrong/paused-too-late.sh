kubectl -n {{ns}} set env deployment/web RELEASE={{release}}
kubectl -n {{ns}} set resources deployment web -c web --requests=memory=32Mi
kubectl -n {{ns}} rollout status deployment web --timeout=600s
kubectl -n {{ns}} rollout pause deployment web
