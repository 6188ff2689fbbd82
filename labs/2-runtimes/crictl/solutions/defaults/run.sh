# Labels and limits may be given, flags instead of environment as well.
mkdir -p /root/probe /var/log/probe
cat >/root/probe/sandbox.json <<'JSON'
{"metadata": {"name": "probe", "namespace": "{{ns}}", "uid": "6f1d", "attempt": 1},
 "labels": {"app": "probe"}, "log_directory": "/var/log/probe",
 "linux": {"cgroup_parent": "system.slice", "security_context": {"namespace_options": {"network": 2, "pid": 1}}}}
JSON
cat >/root/probe/echo.json <<'JSON'
{"metadata": {"name": "web", "attempt": 1}, "image": {"image": "docker.io/seatrial/echo:1"},
 "envs": [{"key": "PORT", "value": "{{port}}"}], "labels": {"app": "probe"}, "log_path": "web.log",
 "linux": {"resources": {"memory_limit_in_bytes": 67108864},
           "security_context": {"namespace_options": {"network": 2, "pid": 1}}}}
JSON
for old in $(crictl pods --name probe -q); do crictl stopp "$old"; crictl rmp "$old"; done
crictl start "$(crictl create "$(crictl runp /root/probe/sandbox.json)" /root/probe/echo.json /root/probe/sandbox.json)"
until curl -s http://127.0.0.1:{{port}}/; do sleep 1; done
