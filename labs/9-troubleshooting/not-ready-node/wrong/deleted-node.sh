kubectl delete node {{sick}}
