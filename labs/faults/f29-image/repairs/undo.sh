kubectl -n galley rollout undo deployment cook
kubectl -n galley rollout status deployment cook --timeout=600s
