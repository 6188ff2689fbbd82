kubectl taint node k8s-master site=dry-dock:NoExecute
