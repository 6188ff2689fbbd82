courier=$(crictl pods --name courier -q)
crictl logs "$(crictl ps -a --pod "$courier" -q)" 2>&1 | grep -o 'parcel [^ ]* has' | cut -d' ' -f2 >/root/parcel.txt
for pod in $(crictl pods -q); do
  crictl stopp "$pod"
  crictl rmp "$pod"
done
