mkdir -p /root/probe
cat >/root/probe/pod.json <<'JSON'
{
  "metadata": {"name": "probe", "namespace": "{{ns}}", "uid": "probe-1", "attempt": 0},
  "log_directory": "/var/log/pods/{{ns}}_probe",
  "linux": {
    "cgroup_parent": "probe.slice",
    "security_context": {"namespace_options": {"network": 2}}
  }
}
JSON
cat >/root/probe/container.json <<'JSON'
{
  "metadata": {"name": "echo", "attempt": 0},
  "image": {"image": "seatrial/echo:1"},
  "envs": [{"key": "PORT", "value": "{{port}}"}],
  "log_path": "echo.log",
  "linux": {"security_context": {"namespace_options": {"network": 2}}}
}
JSON
for old in $(crictl pods --name probe -q); do crictl stopp "$old"; crictl rmp "$old"; done
pod=$(crictl runp /root/probe/pod.json)
container=$(crictl create "$pod" /root/probe/container.json /root/probe/pod.json)
crictl start "$container"
until curl -s http://127.0.0.1:{{port}}/; do sleep 1; done
