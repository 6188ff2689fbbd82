"""The server itself: bound to this host, gone with us, and back with all that it stored."""

import signal
import subprocess
import sys
from pathlib import Path

from cluster.native.api_server import NativeApi
from grader.kubernetes.client import KubernetesApi
from labs.deadline import Deadline
from tests.live.native.conftest import put_into

HOLD = """
import sys, time
from cluster import image
from cluster.native.api_server import NativeApi
with NativeApi(image.build()) as api:
    print(api.server.pid, api.etcd.pid, api.api().ca_file, flush=True)
    time.sleep(600)
"""


def listening(pid: int) -> set[str]:
    """The local addresses, in the kernel's spelling, at which the process listens."""
    sockets = {
        f"{link.readlink()}"
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if str(link.readlink()).startswith("socket:")
    }
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(fields[1].partition(":")[0])
    return found


def test_nothing_of_it_can_be_reached_from_another_machine(server: NativeApi) -> None:
    assert listening(server.server.pid) == {"0100007F"}
    assert listening(server.etcd.pid) == {"0100007F"}


def test_nobody_without_its_certificate_is_told_anything(server: NativeApi) -> None:
    stranger = server.api()
    reached = KubernetesApi(stranger).request(
        "GET", "/api/v1/secrets", None, "system:anonymous", ["system:unauthenticated"]
    )
    assert reached.status == 403


def test_killed_we_leave_no_program_and_no_file_behind() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert holder.stdout is not None
    with holder:
        *pids, ca_file = holder.stdout.readline().split()
        folder = Path(ca_file).parent
        assert folder.is_dir() and all(Path(f"/proc/{pid}").exists() for pid in pids)
        holder.send_signal(signal.SIGKILL)
    gone = Deadline.after(5).poll(
        lambda: (
            True
            if not folder.exists() and not any(Path(f"/proc/{pid}").exists() for pid in pids)
            else None
        ),
        every=0.05,
    )
    assert gone


def test_started_again_it_has_what_it_had(mortal_server: NativeApi) -> None:
    api = KubernetesApi(mortal_server.api())
    made = put_into(api, "/api/v1/namespaces", "kept")
    mortal_server.server.end()
    assert not mortal_server.server.runs
    mortal_server.start_server()
    found = api.object("Namespace", "", "", "kept")
    assert found is not None and found["metadata"]["uid"] == made["metadata"]["uid"]
