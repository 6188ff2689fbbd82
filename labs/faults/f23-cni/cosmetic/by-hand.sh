cat >/etc/cni/net.d/10-main.conflist <<'JSON'
{"cniVersion": "0.3.1", "name": "main", "plugins": [{"type": "bridge", "bridge": "cni0", "isGateway": true,
  "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.244.0.0/24", "rangeStart": "10.244.0.100"}]],
    "routes": [{"dst": "0.0.0.0/0"}]}}, {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
kubectl wait node k8s-master --for=condition=Ready --timeout=600s
kubectl -n mast rollout status deployment flag --timeout=900s
