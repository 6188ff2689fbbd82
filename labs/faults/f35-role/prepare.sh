kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: bridge}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: mate, namespace: bridge}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: mate, namespace: bridge}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, list, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: mate, namespace: bridge}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: mate}
subjects: [{kind: ServiceAccount, name: mate, namespace: bridge}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ask, namespace: bridge}
data:
  ask: |
    cd /var/run/secrets/kubernetes.io/serviceaccount
    curl -s -m 20 -o /dev/null -w '%{http_code}' --cacert ca.crt -H "Authorization: Bearer $(cat token)" \
      "https://10.96.0.1$1"
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mate, namespace: bridge}
spec:
  selector: {matchLabels: {app: mate}}
  template:
    metadata: {labels: {app: mate}}
    spec:
      serviceAccountName: mate
      terminationGracePeriodSeconds: 1
      containers:
        - name: mate
          image: seatrial/toolbox:1
          command: [sleep, infinity]
          volumeMounts: [{name: ask, mountPath: /opt}]
      volumes: [{name: ask, configMap: {name: ask}}]
YAML
kubectl -n bridge rollout status deployment mate --timeout=600s
