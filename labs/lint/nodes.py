"""Rules on the cluster: the profile exists, and every node that is named is a node of it."""

from collections.abc import Collection, Iterator, Mapping

from labs.check_arguments import check_fields
from labs.document import Field, closest
from labs.lab_file import LabFile
from labs.lint.steps import below


def check_nodes(file: LabFile, profiles: Mapping[str, Collection[str]]) -> None:
    profile = file.lab.profile
    if profile not in profiles:
        below(file.root, "cluster", "profile").complain(
            f"there is no cluster profile {profile!r}.", closest(profile, list(profiles))
        )
        return
    nodes = list(profiles[profile])
    for field in _node_fields(file):
        name = field.string()
        if name and name not in nodes:
            field.complain(f"{profile} has no node {name!r}.", closest(name, nodes))


def _node_fields(file: LabFile) -> Iterator[Field]:
    """Every `node:` of a script or a check that is there."""
    scripts = [below(file.root, key) for key in ("setup", "cleanup")]
    for solution in below(file.root, "solutions").items():
        scripts += below(solution, "steps").entries().values()
    scripts += [below(wrong, "run") for wrong in below(file.root, "wrong").items()]
    items = [item for block in scripts for item in block.items()]
    checks = [args for check in check_fields(file) for args in check.entries().values()]
    for holder in items + checks:
        field = below(holder, "node")
        if field.present and field is not holder:
            yield field
