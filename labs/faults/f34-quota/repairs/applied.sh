kubectl -n purser delete resourcequota purse
kubectl -n purser create quota purse --hard=pods=4
kubectl -n purser scale deployment coin --replicas=1
kubectl -n purser scale deployment coin --replicas=2
kubectl -n purser rollout status deployment coin --timeout=900s
