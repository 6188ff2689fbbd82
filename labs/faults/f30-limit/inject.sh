kubectl -n boiler set resources deployment stoker --limits=memory=24Mi
