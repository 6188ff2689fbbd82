# What a former cluster left behind, and a kubelet that would not come back after a reboot.
if [ ! -f /etc/kubernetes/admin.conf ]; then
  mkdir -p /var/lib/etcd/member /etc/kubernetes/manifests
  echo 'write-ahead log of a cluster that is no more' >/var/lib/etcd/member/{{marker}}.wal
  cat >/etc/kubernetes/manifests/kube-scheduler.yaml <<'YAML'
# former cluster {{marker}}
apiVersion: v1
kind: Pod
metadata:
  name: kube-scheduler
  namespace: kube-system
spec:
  containers:
    - name: kube-scheduler
      image: k8s.gcr.io/kube-scheduler:v1.18.0
YAML
  sysctl -q -w net.ipv4.ip_forward=0
  systemctl -q disable kubelet
fi
rm -rf /root/.kube /root/kubeadm.yaml
