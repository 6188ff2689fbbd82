kubectl -n holds delete pod -l app=crate
