rm /srv/rope
