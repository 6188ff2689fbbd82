kubectl -n kube-system patch service kube-dns --type=json -p '[{"op": "remove", "path": "/spec/selector"}]'
ips=$(kubectl -n kube-system get pods -l k8s-app=kube-dns -o jsonpath='{range .items[*]}{"{\"ip\": \""}{.status.podIP}{"\"},"}{end}')
kubectl apply -f - <<YAML
apiVersion: v1
kind: Endpoints
metadata: {name: kube-dns, namespace: kube-system}
subsets:
  - addresses: [${ips%,}]
    ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
YAML
