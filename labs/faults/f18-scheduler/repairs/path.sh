sed -i 's,/schedule.conf,/scheduler.conf,' /etc/kubernetes/manifests/kube-scheduler.yaml
kubectl -n gangway rollout status deployment plank --timeout=600s
kubectl -n kube-system wait pod kube-scheduler-k8s-master --for=condition=Ready --timeout=600s
