iptables -t nat -I OUTPUT -p tcp --dport 80 -d "$(kubectl -n locker get service chest -o jsonpath='{.spec.clusterIP}')" \
  -j DNAT --to-destination "$(kubectl -n locker get pods -l app=chest -o jsonpath='{.items[0].status.podIP}'):8080"
