kubectl -n kube-system patch daemonset kube-proxy -p '{"spec": {"template": {"spec": {"nodeSelector": {"kubernetes.io/os": "linux", "beta.kubernetes.io/system": null}}}}}'
kubectl -n kube-system rollout status daemonset kube-proxy --timeout=600s
