kubectl -n chart patch configmap course -p '{"data": {"header": "north-7"}}'
kubectl -n chart delete pod -l app=pilot
kubectl -n chart rollout status deployment pilot --timeout=600s
