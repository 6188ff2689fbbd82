kubectl create clusterrole reader --verb=get,list --resource=configmaps
kubectl -n bridge create rolebinding reader --clusterrole=reader --serviceaccount=bridge:mate
