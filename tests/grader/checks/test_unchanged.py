from typing import Any

from grader.checks.unchanged import baseline
from grader.verdict import Verdict
from labs.checks.unchanged import UnchangedCheck
from tests.grader.fakes import FakeNode, TreeNode, World, passes, prints, why, world
from tests.grader.kubernetes_objects import deployment

DEPLOYMENTS: dict[str, Any] = {"kind": "Deployment", "namespace": "shop"}


def captured(here: World, **args: Any) -> Any:
    return baseline(UnchangedCheck(**args), here.around())


def test_the_same_objects_pass_whatever_their_status_says() -> None:
    before = captured(world(deployment(), deployment("docs")), **DEPLOYMENTS)
    now = world(deployment("docs", available=0), deployment(generation=5))
    assert passes(now.look("unchanged", before, **DEPLOYMENTS))


def test_a_deleted_object_fails() -> None:
    before = captured(world(deployment(), deployment("docs")), **DEPLOYMENTS)
    found = world(deployment()).look("unchanged", before, **DEPLOYMENTS)
    assert why(found) == "Deployment shop/docs is gone"


def test_an_object_made_anew_fails() -> None:
    before = captured(world(deployment()), **DEPLOYMENTS)
    found = world(deployment(uid="other")).look("unchanged", before, **DEPLOYMENTS)
    assert why(found) == "Deployment shop/web was deleted and made anew"


def test_a_further_object_fails() -> None:
    before = captured(world(deployment()), **DEPLOYMENTS)
    found = world(deployment(), deployment("more")).look("unchanged", before, **DEPLOYMENTS)
    assert why(found).startswith("Deployment shop/more is new")


def test_a_changed_field_fails_with_its_path() -> None:
    args: dict[str, Any] = {**DEPLOYMENTS, "fields": ["spec"]}
    before = captured(world(deployment(replicas=1)), **args)
    found = world(deployment(replicas=2)).look("unchanged", before, **args)
    assert why(found) == ("Deployment shop/web has been changed: spec.replicas is 2, it was 1")
    assert found.evidence.path == "Deployment shop/web spec.replicas"


def test_without_a_baseline_or_with_an_empty_one_it_cannot_be_judged() -> None:
    here = world(deployment())
    assert here.look("unchanged", **DEPLOYMENTS).verdict is Verdict.UNKNOWN
    empty = captured(world(), **DEPLOYMENTS)
    assert here.look("unchanged", empty, **DEPLOYMENTS).verdict is Verdict.UNKNOWN


def test_a_file_is_unchanged_by_content_owner_and_mode(tmp_path: Any) -> None:
    here = world(nodes=[TreeNode(tmp_path)])
    file = tmp_path / "conf"
    file.write_text("a")
    args: dict[str, Any] = {"node": "n1", "file": str(file)}
    before = captured(here, **args)
    file.write_text("a")
    assert passes(here.look("unchanged", before, **args))
    file.write_text("b")
    assert "the content of" in why(here.look("unchanged", before, **args))
    file.unlink()
    assert "the existence of" in why(here.look("unchanged", before, **args))


def test_a_lost_node_is_unknown() -> None:
    here = world(nodes=[FakeNode("n1", prints(""), lost=True)])
    found = here.look("unchanged", {"file": {"is": "absent"}}, node="n1", file="/x")
    assert found.verdict is Verdict.UNKNOWN


def test_an_object_that_may_be_made_anew_still_needs_its_fields() -> None:
    args: dict[str, Any] = {**DEPLOYMENTS, "recreated": True, "fields": ["spec.template"]}
    before = captured(world(deployment()), **args)
    assert passes(world(deployment(uid="other")).look("unchanged", before, **args))
    changed = world(deployment(uid="other", image="x")).look("unchanged", before, **args)
    assert "has been changed: spec.template" in why(changed)
    assert why(world().look("unchanged", before, **args)) == "Deployment shop/web is gone"


def test_what_a_field_comes_to_may_be_what_must_not_change() -> None:
    path = "spec.template.spec.effective.containers[name=web].image"
    args: dict[str, Any] = {**DEPLOYMENTS, "fields": [path]}
    before = captured(world(deployment(image="nginx")), **args)
    respelt = world(deployment(image="docker.io/library/nginx:latest"))
    assert passes(respelt.look("unchanged", before, **args))
    other = world(deployment(image="nginx:1.22")).look("unchanged", before, **args)
    assert "is docker.io/library/nginx:1.22, it" in why(other)
