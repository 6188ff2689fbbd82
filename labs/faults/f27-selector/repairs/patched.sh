kubectl -n quay patch service crane -p '{"spec": {"selector": {"app": "crane"}}}'
