kubectl -n kube-system patch daemonset seatrial-net --type=json -p '[{"op": "remove", "path": "/spec/template/spec/nodeSelector"}]'
kubectl -n kube-system rollout status daemonset seatrial-net --timeout=600s
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
kubectl -n mast rollout status deployment flag --timeout=900s
