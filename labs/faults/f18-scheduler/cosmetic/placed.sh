kubectl -n gangway patch deployment plank -p '{"spec": {"template": {"spec": {"nodeName": "k8s-master"}}}}'
kubectl -n gangway rollout status deployment plank --timeout=600s
