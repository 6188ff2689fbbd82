"""The kernel spec "seatrial", written into a folder of ours and not into anyone's home."""

import json
import os
import sys
from pathlib import Path

from labs import paths
from notebooks.shell_opener import LAB_SHELLS, LAB_VARIABLE, OPENER_VARIABLE

NAME = "seatrial"
DISPLAY_NAME = "Seatrial (lab nodes)"


def write_kernel_spec(folder: Path, lab_id: str, shells: str = LAB_SHELLS) -> Path:
    """Write `folder/kernels/seatrial/kernel.json`; `folder` then fits in JUPYTER_PATH.

    Returns the folder `kernels`. `shells` names the ShellOpener (see shell_opener).
    """
    kernels = folder / "kernels"
    (kernels / NAME).mkdir(parents=True, exist_ok=True)
    spec = {
        "argv": [sys.executable, "-m", "notebooks.kernel", "-f", "{connection_file}"],
        "display_name": DISPLAY_NAME,
        "language": "bash",
        "interrupt_mode": "signal",
        "env": {
            LAB_VARIABLE: lab_id,
            OPENER_VARIABLE: shells,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(paths.SOURCE), _python_path()))),
            "IPYTHONDIR": str(folder / "ipython"),
        },
    }
    (kernels / NAME / "kernel.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    return kernels


def _python_path() -> str:
    return os.environ.get("PYTHONPATH", "")
