pod=$(kubectl -n gangway get pods -l app=plank -o jsonpath='{.items[0].metadata.name}')
kubectl create --raw "/api/v1/namespaces/gangway/pods/$pod/binding" -f - <<JSON
{"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "$pod"}, "target": {"apiVersion": "v1", "kind": "Node", "name": "k8s-master"}}
JSON
kubectl -n gangway rollout status deployment plank --timeout=600s
