sed -i 's,--kubeconfig=/etc/kubernetes/scheduler.conf,--kubeconfig=/etc/kubernetes/schedule.conf,' /etc/kubernetes/manifests/kube-scheduler.yaml
while pgrep -x kube-scheduler >/dev/null; do sleep 1; done
kubectl -n gangway delete pod -l app=plank
