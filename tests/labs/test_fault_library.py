"""The library of faults as it is in the tree: whole, fit for a draw of three, and proved."""

import re
import subprocess
from fnmatch import fnmatchcase
from itertools import combinations

import pytest

from cluster.profile import named
from labs.fault import Fault, fit_together
from labs.fault_file import fault_ids, load_fault
from labs.fault_proof import read_fault_proofs
from labs.model import NodeScript

FAULTS = [load_fault(fault_id) for fault_id in fault_ids()]
TELL_TALES = re.compile(r"\b(fault|broken|break|inject|wrong|trap|exercise)", re.IGNORECASE)
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=[fault.id for fault in FAULTS])


def scripts(fault: Fault) -> list[NodeScript]:
    found = [fault.inject, fault.restore, *(one.script for one in fault.cosmetic)]
    found += [one.script for one in fault.repairs]
    return found if fault.prepare is None else [fault.prepare, *found]


def test_there_are_at_least_twenty() -> None:
    assert len(FAULTS) >= 20


@each_fault
def test_its_nodes_are_those_of_its_profile(fault: Fault) -> None:
    nodes = {node.name for node in named(fault.profile).nodes}
    assert fault.node in nodes and {one.node for one in scripts(fault)} <= nodes


@each_fault
def test_all_its_scripts_are_used(fault: Fault) -> None:
    there = {path for path in fault.folder.rglob("*") if path.is_file()}
    assert there - {one.path for one in scripts(fault)} == {fault.folder / "fault.yaml"}


@each_fault
def test_its_scripts_are_bash(fault: Fault) -> None:
    for one in scripts(fault):
        done = subprocess.run(["bash", "-n"], input=one.script, text=True, capture_output=True)
        assert (done.returncode, done.stderr) == (0, ""), one.path.name


@each_fault
def test_what_it_leaves_on_a_node_gives_nothing_away(fault: Fault) -> None:
    for one in (fault.prepare, fault.inject):
        assert TELL_TALES.findall(one.script if one else "") == []


@each_fault
def test_whom_it_excludes_there_is(fault: Fault) -> None:
    ids = [one.id for one in FAULTS]
    for pattern in fault.excludes:
        assert any(fnmatchcase(one, pattern) for one in ids), pattern


@each_fault
def test_what_the_ledger_says_of_it_is_of_what_it_is_now(fault: Fault) -> None:
    """A fault that is not in the ledger was never proved as it is; nobody is told that it was."""
    proof = read_fault_proofs().get(fault.id)
    if proof is not None:
        assert proof.content_hash == fault.content_hash, f"seatrial faults prove {fault.id}"


def test_the_ledger_has_no_fault_that_is_gone() -> None:
    assert set(read_fault_proofs()) <= {fault.id for fault in FAULTS}


def test_many_threes_fit_together() -> None:
    alone = [fault for fault in FAULTS if "*" in fault.excludes]
    others = [fault for fault in FAULTS if fault not in alone]
    threes = [three for three in combinations(others, 3) if fit_together(three)]
    assert len(threes) >= 50
    assert {fault.id for three in threes for fault in three} == {fault.id for fault in others}


def test_faults_that_can_meet_leave_each_others_files_alone() -> None:
    """Two that prepare a namespace of the same name prepare the same, or exclude each other."""
    for one, other in combinations(FAULTS, 2):
        if one.prepare and other.prepare and fit_together([one, other]):
            shared = namespaces(one.prepare) & namespaces(other.prepare)
            assert not shared, (one.id, other.id, shared)


def namespaces(script: NodeScript) -> set[str]:
    lines = [line.split() for line in script.script.splitlines()]
    return {words[words.index("-n") + 1] for words in lines if "-n" in words}
