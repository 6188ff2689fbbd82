cat >/root/kubeadm.yaml <<'YAML'
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: v1.20.2
clusterName: {{cluster}}
networking:
  podSubnet: 10.244.0.0/16
  serviceSubnet: {{services}}.0.0/16
YAML
