kubectl -n {{ns}} create service nodeport {{app}} --tcp=http:80 --node-port={{port}}
