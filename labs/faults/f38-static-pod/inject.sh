sed -i 's,echo:1,echo:l,' /etc/kubernetes/manifests/tide.yaml
