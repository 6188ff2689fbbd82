mkdir -p /root/incident
for node in k8s-node1 k8s-node2; do
  [ "$node" = {{sick}} ] || echo "$node" >/root/incident/node
done
echo containerd >/root/incident/unit
