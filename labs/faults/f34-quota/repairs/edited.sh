kubectl -n purser patch resourcequota purse --type=merge -p '{"spec": {"hard": {"pods": "3"}}}'
until [ "$(kubectl -n purser get deployment coin -o jsonpath='{.status.readyReplicas}')" = 2 ]; do sleep 2; done
