"""What the app imports before its first paint."""

import subprocess
import sys

from labs import paths


def test_the_app_loads_nothing_heavy_before_its_first_paint() -> None:
    heavy = "libvirt paramiko kubernetes sqlalchemy nbclient pydantic markdown_it httpx yaml"
    program = f"import sys, tui.app; print([m for m in {heavy.split()} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=paths.SOURCE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
