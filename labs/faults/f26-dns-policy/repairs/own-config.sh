kubectl -n cabin patch deployment clerk -p '{"spec": {"template": {"spec": {"dnsPolicy": "None",
  "dnsConfig": {"nameservers": ["10.96.0.10"], "searches": ["cabin.svc.cluster.local", "svc.cluster.local", "cluster.local"]}}}}}'
kubectl -n cabin rollout status deployment clerk --timeout=600s
