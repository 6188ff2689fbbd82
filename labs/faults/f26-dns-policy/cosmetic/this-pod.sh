kubectl -n cabin exec deploy/clerk -- sh -c 'echo nameserver 10.96.0.10 >/etc/resolv.conf'
