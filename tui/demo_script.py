"""What the demonstration pretends: phases with their log lines, and what commands print."""

import re

IMAGE_PHASES: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("Making the root file system", 0.9, ("I: running mmdebstrap bookworm", "I: 214 packages")),
    (
        "Building Kubernetes 1.20.2",
        1.5,
        ("go build ./cmd/kube-apiserver", "go build ./cmd/kubelet"),
    ),
    ("Importing container images", 0.7, ("unpacking k8s.gcr.io/pause:3.2", "unpacking nginx:1.22")),
    ("Writing the disk", 0.4, ("qemu-img convert -O qcow2",)),
)
"""Phase, seconds, log lines."""

LAB_PHASES: tuple[tuple[str, str, float, tuple[str, ...]], ...] = (
    ("Defining the network and the disks", "", 0.4, ("network seatrial-demo: isolated",)),
    ("Restoring the nodes", "restoring memory", 1.2, ("restored 412 MiB",)),
    ("Waiting for the nodes", "waiting for SSH", 0.9, ("sshd answers", "clock set +00:03:12")),
    ("Proving that Kubernetes is ready", "proving readiness", 0.7, ("lease renewed 0.4 s ago",)),
    ("Setting up the lab", "", 0.5, ("namespace created", "deployment.apps created")),
    ("Capturing the baseline", "", 0.3, ("14 facts captured",)),
)
"""Phase, what every node says meanwhile ('' for none), seconds, log lines."""

OUTPUTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"get nodes",
        (
            "NAME         STATUS   ROLES                  AGE   VERSION",
            "k8s-master   Ready    control-plane,master   12m   v1.20.2",
        ),
    ),
    (
        r"rollout status",
        (
            "Waiting for deployment rollout to finish: 1 of 3 updated replicas are available...",
            "Waiting for deployment rollout to finish: 2 of 3 updated replicas are available...",
            "deployment successfully rolled out",
        ),
    ),
    (
        r"\bget\b",
        (
            "NAME                   READY   STATUS    RESTARTS   AGE",
            "web-6d4f7c9b8d-2xkqp   1/1     Running   0          3m12s",
            "web-6d4f7c9b8d-9hw7n   1/1     Running   0          8s",
            "web-6d4f7c9b8d-tvz4m   1/1     Running   0          8s",
        ),
    ),
    (r"\bscale\b", ("deployment.apps/web scaled",)),
    (r"\bpatch\b", ("deployment.apps/web patched",)),
    (r"set image", ("deployment.apps/web image updated",)),
    (r"rollout undo", ("deployment.apps/web rolled back",)),
    (r"rollout (pause|resume)", ("deployment.apps/web changed",)),
    (r"\bcurl\b", ('{"pod": "web-6d4f7c9b8d-2xkqp", "node": "k8s-master", "version": "1"}',)),
    (r"kubeadm init", ("[preflight] Running pre-flight checks", "[certs] Generating certificates",
                       "[init] Your Kubernetes control-plane has initialized successfully!")),
    (r"crictl", ("CONTAINER      IMAGE   CREATED        STATE     NAME",
                 "5f1c0e7d9a3b   pause   2 minutes ago  Running   pause")),
    (r"systemctl", ("● active (running)",)),
)  # fmt: skip


def output_of(source: str) -> list[str]:
    """The lines that a cell pretends to print."""
    lines: list[str] = []
    for command in source.splitlines():
        for pattern, output in OUTPUTS:
            if re.search(pattern, command):
                lines.extend(output)
                break
    return lines or ["(demonstration: nothing ran)"]
