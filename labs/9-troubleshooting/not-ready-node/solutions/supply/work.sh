kubectl patch node {{sick}} --type=merge -p '{"spec":{"unschedulable":null}}'
for attempt in $(seq 300); do
  ready=$(kubectl -n {{ns}} get deployment board -o jsonpath='{.status.readyReplicas}')
  if [ "$ready" = 2 ]; then break; fi
  sleep 1
done
