import pytest

from grader.kubernetes.label_selector import SelectorError, parse_selector

LABELS = {"app": "web", "tier": "front", "app.kubernetes.io/name": "x"}


def accepts(selector: str) -> bool:
    return all(rule.accepts(LABELS) for rule in parse_selector(selector))


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "app=web",
        "app==web",
        "app = web , tier=front",
        "tier!=back",
        "missing!=x",
        "app in (api, web)",
        "app notin (api)",
        "missing notin (a)",
        "app",
        "!missing",
        "app.kubernetes.io/name=x",
        "app in (web),tier",
    ],
)
def test_a_selector_accepts_labels_that_fit(selector: str) -> None:
    assert accepts(selector)


@pytest.mark.parametrize(
    "selector",
    ["app=we", "app!=web", "missing", "!app", "app in (api)", "app notin (web)", "app=web,tier=b"],
)
def test_a_selector_refuses_labels_that_do_not(selector: str) -> None:
    assert not accepts(selector)


@pytest.mark.parametrize("selector", ["=web", "app in web", "app=(a)", "a b"])
def test_a_selector_that_cannot_be_read_is_an_error(selector: str) -> None:
    with pytest.raises(SelectorError):
        parse_selector(selector)
