kubectl wait node {{sick}} --for=condition=Ready --timeout=600s
