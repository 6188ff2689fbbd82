# CRI on, the lab's pods gone, crictl configured as the image has it.
socket=unix:///run/containerd/containerd.sock
printf 'runtime-endpoint: %s\nimage-endpoint: %s\ntimeout: 30\n' "$socket" "$socket" >/etc/crictl.yaml
sed -i '/^disabled_plugins/d' /etc/containerd/config.toml
systemctl restart containerd
for attempt in $(seq 120); do
  if crictl version >/dev/null 2>&1; then break; fi
  sleep 1
done
for pod in $(crictl pods -q); do
  crictl stopp "$pod" >/dev/null
  crictl rmp "$pod" >/dev/null
done
rm -rf /var/log/pods/{{ns}}_* /root/parcel.txt /root/probe
