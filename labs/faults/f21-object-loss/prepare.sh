kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: archive}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: logbook, namespace: archive}
data: {entry: "north-north-west"}
YAML
