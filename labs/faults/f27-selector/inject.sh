kubectl -n quay set selector service crane app=cranes
