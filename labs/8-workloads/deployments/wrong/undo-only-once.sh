kubectl -n {{ns}} set image deployment/web web=seatrial/echo:3
for attempt in $(seq 60); do
  kubectl -n {{ns}} get replicasets -l app=web \
    -o jsonpath='{.items[*].spec.template.spec.containers[0].image}' | grep -q echo:3 && break
  sleep 1
done
kubectl -n {{ns}} rollout undo deployment web
kubectl -n {{ns}} rollout status deployment web --timeout=600s
