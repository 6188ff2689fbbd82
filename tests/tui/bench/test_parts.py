"""The parts of the benchmark: which there are, what they read, and what is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from cluster.running import RunningLab
from labs import paths
from labs.checks.registry import CHECKS
from labs.errors import SeatrialError
from tui.bench import grading, load, made_once, parts
from tui.bench.figure import Figure


@dataclass(frozen=True, slots=True)
class TwoNodes:
    """As much of a running lab as is asked for its processes."""

    nodes: tuple[str, ...] = ("k8s-master", "k8s-node1")

    def ports(self, node: str) -> Mapping[int, int]:
        return {22: 40000 + self.nodes.index(node)}


LAB = cast(RunningLab, TwoNodes())


def qemu(folder: Path, pid: int, port: int) -> None:
    process = folder / str(pid)
    process.mkdir()
    command = f"qemu\0-netdev\0user,hostfwd=tcp:127.0.0.1:{port}-:22\0"
    (process / "cmdline").write_text(command)
    (process / "statm").write_text("9 3 0 0 0 0 0")
    (process / "stat").write_text(f"{pid} (qemu (x) 86) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0")


def test_the_emulator_of_every_node_is_found_by_its_port(tmp_path: Path) -> None:
    qemu(tmp_path, 7, 40001)
    qemu(tmp_path, 8, 40000)
    found = load.emulators(LAB, tmp_path)
    assert [(emulator.node, emulator.process.name) for emulator in found] == [
        ("k8s-master", "8"),
        ("k8s-node1", "7"),
    ]


def test_memory_and_time_are_read_in_spite_of_a_strange_name(tmp_path: Path) -> None:
    qemu(tmp_path, 7, 40001)
    emulator = load.Emulator("k8s-node1", tmp_path / "7")
    assert emulator.resident % 3 == 0
    assert emulator.processor_seconds == 200 / load.TICKS


def test_a_node_without_a_process_is_an_error(tmp_path: Path) -> None:
    qemu(tmp_path, 8, 40000)
    with pytest.raises(SeatrialError, match="k8s-node1"):
        load.emulators(LAB, tmp_path)


def test_an_unknown_part_is_wrong_usage_and_names_the_parts() -> None:
    with pytest.raises(parts.UnknownPart, match="first-paint") as caught:
        list(parts.measure(["paint"]))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", parts.PARTS)
def test_every_part_can_be_measured(name: str) -> None:
    assert iter(parts.PARTS[name].measure())


def test_what_was_measured_is_kept_with_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = parts.save([Figure("load", "memory", 1.5, "MiB")], "emulation, 2 processors")
    kept = json.loads(file.read_text())
    assert file.parent == paths.state() / "bench"
    assert kept["machine"] == "emulation, 2 processors"
    assert kept["figures"] == [
        {"part": "load", "name": "memory", "value": 1.5, "unit": "MiB", "note": ""}
    ]


def test_the_last_time_of_each_part_of_the_set_up_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "SOURCE", tmp_path)
    assert list(made_once.set_up()) == []
    (tmp_path / ".setup-seconds").write_text("Debian packages 17\nx.lock 9\nx.lock 2\n")
    assert {f.name: f.value for f in made_once.set_up()} == {"Debian packages": 17, "x.lock": 2}


def test_the_ten_checks_are_valid_and_ten() -> None:
    criteria = grading.ten_checks().steps[0].criteria
    for criterion in criteria:
        CHECKS[criterion.check.kind].model_validate(dict(criterion.check.args))
    assert len({criterion.id for criterion in criteria}) == 10
