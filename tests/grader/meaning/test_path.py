import pytest

from grader.meaning.path import Missing, PathError, parse_path, walk

POD = {
    "metadata": {"labels": {"app.kubernetes.io/name": "web"}, "name": "p"},
    "spec": {
        "containers": [
            {"name": "side", "image": "a"},
            {"name": "web", "image": "b", "ports": [{"containerPort": 80, "protocol": "TCP"}]},
        ],
        "volumes": [],
        "hostNetwork": None,
    },
}


def only(path: str) -> object:
    (place,) = walk(POD, path)
    return place.value


def test_keys_lead_down() -> None:
    assert only("metadata.name") == "p"


def test_a_quoted_key_may_hold_dots() -> None:
    assert only('metadata.labels."app.kubernetes.io/name"') == "web"


def test_a_list_item_is_chosen_by_key_wherever_it_stands() -> None:
    assert only("spec.containers[name=web].image") == "b"


def test_a_list_item_may_be_chosen_by_a_number_and_by_several_keys() -> None:
    path = "spec.containers[name=web].ports[containerPort=80,protocol=TCP].containerPort"
    assert only(path) == 80


def test_empty_brackets_stand_for_every_item() -> None:
    assert [place.value for place in walk(POD, "spec.containers[].image")] == ["a", "b"]


def test_the_empty_path_is_the_whole_document() -> None:
    assert only("") is POD


def test_an_omitted_field_may_have_a_default() -> None:
    missing = only("spec.terminationGracePeriodSeconds")
    assert isinstance(missing, Missing) and missing.omitted
    assert missing.why == "terminationGracePeriodSeconds is not set"


def test_null_is_an_omitted_field() -> None:
    assert isinstance(only("spec.hostNetwork"), Missing)


def test_a_list_item_that_is_not_there_has_no_default_and_names_those_that_are() -> None:
    missing = only("spec.containers[name=db].image")
    assert isinstance(missing, Missing) and not missing.omitted
    assert missing.why == "no item of containers has name=db; there: name=side, name=web"


def test_every_item_of_an_empty_list_is_missing() -> None:
    missing = only("spec.volumes[].name")
    assert isinstance(missing, Missing) and not missing.omitted


def test_a_key_of_a_list_is_missing() -> None:
    missing = only("spec.containers.image")
    assert isinstance(missing, Missing) and missing.why.startswith("spec.containers is a list")


@pytest.mark.parametrize("path", ["spec.containers[0].image", ".spec", "a[b", 'a."b', "a[=x]"])
def test_a_path_that_cannot_be_read_is_an_error(path: str) -> None:
    with pytest.raises(PathError):
        parse_path(path)
