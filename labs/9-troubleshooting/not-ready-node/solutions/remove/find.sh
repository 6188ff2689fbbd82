mkdir -p /root/incident
sick=$(kubectl get nodes --no-headers | awk '$2 ~ /^NotReady/ {print $1}')
[ -z "$sick" ] || echo "$sick" >/root/incident/node
echo kubelet >/root/incident/unit
