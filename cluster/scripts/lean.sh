# What lies in caches would be saved, and read again at every start.
sync
echo 3 >/proc/sys/vm/drop_caches
