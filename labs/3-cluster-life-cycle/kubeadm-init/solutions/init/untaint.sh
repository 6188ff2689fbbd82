taints=$(kubectl get node k8s-master -o jsonpath='{.spec.taints[*].key}')
case " $taints " in
  *" node-role.kubernetes.io/master "*) kubectl taint node k8s-master node-role.kubernetes.io/master- ;;
esac
kubectl create deployment hello --image=seatrial/echo:1 --dry-run=client -o yaml | kubectl apply -f -
kubectl rollout status deployment hello --timeout=600s
