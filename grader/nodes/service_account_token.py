"""Where the token of a pod's service account is on its node: it is used there and never leaves."""

from grader.kubernetes.api import Object

_FOLDER = "/run/secrets/kubernetes.io/serviceaccount"


def token_files(pod: Object) -> str:
    """A pattern of paths, "" when no container of the pod mounts one."""
    for container in (pod.get("spec") or {}).get("containers") or []:
        for mount in container.get("volumeMounts") or []:
            where = str(mount.get("mountPath", "")).removeprefix("/var").rstrip("/")
            if where == _FOLDER:
                uid = pod["metadata"]["uid"]
                return f"/var/lib/kubelet/pods/{uid}/volumes/kubernetes.io~*/{mount['name']}/token"
    return ""
