# The port answers, but the container was started behind the back of CRI.
ctr -n k8s.io run -d --net-host --env PORT={{port}} docker.io/seatrial/echo:1 probe
until curl -s http://127.0.0.1:{{port}}/; do sleep 1; done
