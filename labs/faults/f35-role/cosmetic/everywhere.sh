kubectl create clusterrole mate --verb=get,list,watch --resource=configmaps
kubectl create clusterrolebinding mate --clusterrole=mate --serviceaccount=bridge:mate
