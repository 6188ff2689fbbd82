cat >/root/kubeadm.yaml <<'YAML'
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: v1.20.2
clusterName: {{cluster}}
networking:
  podCIDR: 10.244.0.0/16
  serviceCIDR: {{services}}.0.0/16
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
YAML
