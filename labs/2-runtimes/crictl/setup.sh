# Two pods made through CRI; then the plugin that serves CRI is switched off and crictl loses its configuration.
socket=unix:///run/containerd/containerd.sock
crictl() { command crictl --runtime-endpoint "$socket" --image-endpoint "$socket" --timeout 60s "$@"; }

cri_answers() {
  for attempt in $(seq 120); do
    if crictl version >/dev/null 2>&1; then return 0; fi
    sleep 1
  done
  crictl version
}

# Also when this script runs for the second time: CRI on, nothing of ours there.
sed -i '/^disabled_plugins/d' /etc/containerd/config.toml
systemctl restart containerd
cri_answers
for pod in $(crictl pods -q); do
  crictl stopp "$pod" >/dev/null
  crictl rmp "$pod" >/dev/null
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
pod_config() { # name
  cat <<JSON
{"metadata": {"name": "$1", "namespace": "{{ns}}", "uid": "seatrial-$1", "attempt": 0},
 "log_directory": "/var/log/pods/{{ns}}_$1",
 "linux": {"cgroup_parent": "parcels.slice", "security_context": {"namespace_options": {"network": 2}}}}
JSON
}
container_config() { # name, script
  cat <<JSON
{"metadata": {"name": "$1", "attempt": 0}, "image": {"image": "seatrial/toolbox:1"},
 "command": ["/bin/sh", "-c", "$2"], "log_path": "$1/0.log",
 "linux": {"security_context": {"namespace_options": {"network": 2}}}}
JSON
}
start() { # pod, container, script
  mkdir -p "/var/log/pods/{{ns}}_$1/$2"
  rm -f "/var/log/pods/{{ns}}_$1/$2"/*
  pod_config "$1" >"$folder/pod.json"
  container_config "$2" "$3" >"$folder/container.json"
  pod=$(crictl runp "$folder/pod.json")
  container=$(crictl create "$pod" "$folder/container.json" "$folder/pod.json")
  crictl start "$container" >/dev/null
}
start ledger writer 'echo ledger open; while true; do sleep 3600; done'
start courier runner 'echo looking for parcels; echo parcel {{parcel}} has no address, giving up >&2; exit 3'

for attempt in $(seq 60); do
  if crictl ps -a --state exited -q | grep -q .; then break; fi
  sleep 1
done

sed -i '1i disabled_plugins = ["io.containerd.grpc.v1.cri"]' /etc/containerd/config.toml
systemctl restart containerd
rm -f /etc/crictl.yaml
