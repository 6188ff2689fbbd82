# Other kinds of documents may stand in the same file, in any order; JSON is YAML.
cat >/root/kubeadm.yaml <<'YAML'
kind: KubeletConfiguration
apiVersion: kubelet.config.k8s.io/v1beta1
cgroupDriver: "systemd"
---
kind: InitConfiguration
apiVersion: kubeadm.k8s.io/v1beta2
nodeRegistration:
  criSocket: /run/containerd/containerd.sock
localAPIEndpoint:
  advertiseAddress: 192.168.52.200
---
{"kind": "ClusterConfiguration", "apiVersion": "kubeadm.k8s.io/v1beta2", "kubernetesVersion": "1.20.2",
 "clusterName": "{{cluster}}",
 "networking": {"serviceSubnet": "{{services}}.0.0/16", "podSubnet": "10.244.0.0/16"}}
YAML
