courier=$(crictl pods --name courier -q)
if [ -n "$courier" ]; then
  runner=$(crictl ps -a --pod "$courier" -q)
  crictl logs "$runner" 2>&1 | grep -o 'parcel [^ ]* has' | cut -d' ' -f2 >/root/parcel.txt
  crictl rm "$runner"
  crictl stopp "$courier"
  crictl rmp "$courier"
fi
