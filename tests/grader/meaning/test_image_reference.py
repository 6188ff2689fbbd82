import pytest

from grader.meaning.image_reference import parse_image

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("nginx:1.22", "index.docker.io/library/nginx:1.22"),
        ("seatrial/echo:1", "docker.io/seatrial/echo:1"),
        ("nginx:1.22", f"nginx:1.22@{DIGEST}"),
        (f"nginx@{DIGEST}", f"nginx:1.22@{DIGEST}"),
        ("localhost:5000/app:2", "localhost:5000/app:2"),
    ],
)
def test_spellings_of_one_image_are_the_same(one: str, other: str) -> None:
    left, right = parse_image(one), parse_image(other)
    assert left is not None and right is not None and left.same_image(right)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nginx", "nginx:1.22"),
        ("nginx", "nginx-unprivileged"),
        ("nginx", "quay.io/library/nginx"),
        ("nginx", "evil/nginx"),
        ("nginx:1.2", "nginx:1.22"),
        (f"nginx@{DIGEST}", "nginx:latest"),
        ("localhost/nginx", "nginx"),
    ],
)
def test_other_images_are_not_the_same(one: str, other: str) -> None:
    left, right = parse_image(one), parse_image(other)
    assert left is not None and right is not None and not left.same_image(right)


@pytest.mark.parametrize("text", ["", "nginx:", ":1", "a b", "nginx@sha256:xyz", None, 3])
def test_what_is_no_reference_is_refused(text: object) -> None:
    assert parse_image(text) is None
