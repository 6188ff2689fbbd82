kubectl -n chart set env deployment pilot VERSION=north-7
kubectl -n chart rollout status deployment pilot --timeout=600s
