sed -i 's,--kubeconfig=/etc/kubernetes/schedule.conf,--kubeconfig=/etc/kubernetes/scheduler.conf,' /etc/kubernetes/manifests/kube-scheduler.yaml
until pgrep -x kube-scheduler >/dev/null; do sleep 1; done
kubectl -n kube-system wait pod kube-scheduler-k8s-master --for=condition=Ready --timeout=600s
kubectl -n gangway rollout status deployment plank --timeout=600s
