kubectl -n purser patch resourcequota purse -p '{"spec": {"hard": {"pods": "1"}}}'
until [ "$(kubectl -n purser get resourcequota purse -o jsonpath='{.status.hard.pods}')" = 1 ]; do sleep 1; done
kubectl -n purser delete "$(kubectl -n purser get pods -o name | head -n 1)"
