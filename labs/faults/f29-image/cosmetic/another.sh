kubectl -n galley set image deployment cook cook=nginx:1.22
