mkdir -p /root/probe
cat >/root/probe/pod.json <<'JSON'
{"metadata": {"name": "probe", "namespace": "{{ns}}", "uid": "probe-1", "attempt": 0},
 "log_directory": "/var/log/pods/{{ns}}_probe",
 "linux": {"cgroup_parent": "probe.slice", "security_context": {"namespace_options": {"network": 2}}}}
JSON
cat >/root/probe/container.json <<'JSON'
{"metadata": {"name": "echo", "attempt": 0}, "image": {"image": "seatrial/echo:1"},
 "envs": [{"key": "PORT", "value": "{{port}}"}], "log_path": "echo.log",
 "linux": {"security_context": {"namespace_options": {"network": 2}}}}
JSON
crictl create "$(crictl runp /root/probe/pod.json)" /root/probe/container.json /root/probe/pod.json
