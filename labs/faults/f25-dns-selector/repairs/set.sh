kubectl -n kube-system set selector service kube-dns k8s-app=kube-dns
