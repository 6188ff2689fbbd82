kubectl -n boiler set resources deployment stoker --requests=memory=20Mi
