"""Notebooks come out as rendered cells by step."""

from pathlib import Path

from labs.course import load_lab
from notebooks.book import load_notebook, split_node

GOOD = Path(__file__).parent.parent / "labs" / "good"


def test_cells_know_step_role_and_node_and_are_rendered() -> None:
    lab = load_lab("1/moorings", "anna", GOOD)
    book = load_notebook(lab)
    (introduction,) = book.of_step("")
    assert introduction.markdown
    assert introduction.source == f"# Make fast\n\nA rope in {lab.variables['ns']}."
    (solution,) = book.solution_of("knot")
    assert (solution.node, solution.index, solution.code) == ("k8s-master", 4, True)
    assert solution.command.startswith(f"kubectl -n {lab.variables['ns']} create service")


def test_only_a_first_line_with_one_name_chooses_a_node() -> None:
    assert split_node("%node k8s-node1\nhostname") == ("k8s-node1", "hostname")
    assert split_node("%node\nhostname") == ("", "%node\nhostname")
    assert split_node("hostname\n%node k8s-node1") == ("", "hostname\n%node k8s-node1")
