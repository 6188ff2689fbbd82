# Argument: a node that did not join to the end.
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl delete node "$1" --ignore-not-found
