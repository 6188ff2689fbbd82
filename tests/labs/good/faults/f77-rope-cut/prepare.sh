touch /srv/rope
