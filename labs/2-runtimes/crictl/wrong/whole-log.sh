courier=$(crictl pods --name courier -q)
crictl logs "$(crictl ps -a --pod "$courier" -q)" >/root/parcel.txt 2>&1
crictl stopp "$courier"
crictl rmp "$courier"
