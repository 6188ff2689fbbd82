kubectl -n {{ns}} create service nodeport {{app}} --tcp=80
