log=/var/log/pods/{{ns}}_courier/runner/0.log
if [ -f "$log" ]; then sed -n 's/.*parcel \([^ ]*\) has no address.*/\1/p' "$log" >/root/parcel.txt; fi
for pod in $(crictl pods --name courier -q); do
  crictl stopp "$pod"
  crictl rmp "$pod"
done
