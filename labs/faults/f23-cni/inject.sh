kubectl -n kube-system patch daemonset seatrial-net -p '{"spec": {"template": {"spec": {"nodeSelector": {"network": "seatrial"}}}}}'
until [ -z "$(kubectl -n kube-system get pods -l app=seatrial-net -o name)" ]; do sleep 2; done
rm -f /etc/cni/net.d/*
kubectl -n mast delete pod -l app=flag --wait=false
