kubectl -n ballast patch deployment stone -p '{"spec": {"template": {"spec": {"tolerations": [{"operator": "Exists"}],
  "containers": [{"name": "stone", "resources": {"requests": {"memory": "16Mi"}}}]}}}}'
