kubectl -n galley set image deployment cook cook=seatrail/echo:1
