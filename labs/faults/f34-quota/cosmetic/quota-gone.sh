kubectl -n purser delete resourcequota purse
kubectl -n purser rollout restart deployment coin
kubectl -n purser rollout status deployment coin --timeout=600s
