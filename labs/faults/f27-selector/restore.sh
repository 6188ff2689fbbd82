kubectl -n quay set selector service crane app=crane
