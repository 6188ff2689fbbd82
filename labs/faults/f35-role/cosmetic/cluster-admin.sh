kubectl create clusterrolebinding mate --clusterrole=cluster-admin --serviceaccount=bridge:mate
