"""The pages for authors say what the code does: generated parts are current, examples are labs."""

import json
import re
from pathlib import Path

from labs import paths
from labs.lint import lint
from labs.reference import PAGE, page_text

WALK_THROUGH = paths.SOURCE / "docs" / "write-a-lab.md"


def test_the_page_of_checks_is_current() -> None:
    """Otherwise: `.venv/bin/python -c "from labs.reference import write_page as w; w()"`."""
    assert PAGE.read_text(encoding="utf-8") == page_text()


def test_the_lab_of_the_walk_through_has_no_findings(tmp_path: Path) -> None:
    folder = tmp_path / "labs" / "8-workloads" / "expose"
    notebook = tmp_path / "notebooks" / "8-workloads" / "expose.ipynb"
    page = WALK_THROUGH.read_text(encoding="utf-8")
    for name, language, text in re.findall(
        r"`([\w./-]+)`[^`]*?:\n\n```(\w+)\n(.*?)```", page, re.S
    ):
        path = notebook if language == "json" else folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert json.loads(notebook.read_text())["nbformat"] == 4
    assert len(list(folder.rglob("*.*"))) == 5
    assert lint(folder, {"kubeadm-1": ["k8s-master"]}) == []
