kubectl -n cabin patch deployment clerk -p '{"spec": {"template": {"spec": {"hostAliases":
  [{"ip": "10.96.0.1", "hostnames": ["kubernetes.default.svc.cluster.local"]}]}}}}'
kubectl -n cabin rollout status deployment clerk --timeout=600s
