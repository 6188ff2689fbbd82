kubectl -n cabin patch deployment clerk -p '{"spec": {"template": {"spec": {"dnsPolicy": "ClusterFirst"}}}}'
kubectl -n cabin rollout status deployment clerk --timeout=600s
