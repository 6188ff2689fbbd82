kubectl -n {{ns}} set image deployment/web web=seatrial/echo:3
# The new ReplicaSet is made at once, although its pod never becomes ready.
for attempt in $(seq 60); do
  kubectl -n {{ns}} get replicasets -l app=web \
    -o jsonpath='{.items[*].spec.template.spec.containers[0].image}' | grep -q echo:3 && break
  sleep 1
done
# Revision, image, names of the environment variables: one line per ReplicaSet.
revision=$(kubectl -n {{ns}} get replicasets -l app=web -o jsonpath='{range .items[*]}{.metadata.annotations.deployment\.kubernetes\.io/revision}{" "}{.spec.template.spec.containers[0].image}{" "}{.spec.template.spec.containers[0].env[*].name}{"\n"}{end}' |
  awk '$2 == "seatrial/echo:2" && NF == 2 {print $1}')
kubectl -n {{ns}} rollout undo deployment web --to-revision="$revision"
kubectl -n {{ns}} rollout status deployment web --timeout=600s
