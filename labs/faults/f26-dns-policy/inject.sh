kubectl -n cabin patch deployment clerk -p '{"spec": {"template": {"spec": {"dnsPolicy": "Default"}}}}'
kubectl -n cabin rollout status deployment clerk --timeout=600s
