kubectl -n holds set resources deployment crate --requests=memory=32Gi
