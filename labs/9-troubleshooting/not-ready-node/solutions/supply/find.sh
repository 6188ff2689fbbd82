mkdir -p /root/incident
sick=$(kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' |
  sed -n 's/=Unknown$//p')
[ -z "$sick" ] || printf '%s' "$sick" >/root/incident/node
printf 'kubelet.service\n' >/root/incident/unit
