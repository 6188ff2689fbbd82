kubectl -n purser patch resourcequota purse -p '{"spec": {"hard": {"pods": "4"}}}'
kubectl -n purser rollout restart deployment coin
kubectl -n purser rollout status deployment coin --timeout=900s
