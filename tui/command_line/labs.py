"""`seatrial labs list | lint | schema`: the course itself; no machine is needed."""

import json

from labs.course import find_lab, lab_places, load_course
from labs.model import in_language
from tui.command_line.parser import Options


def show(options: Options) -> int:
    """One line per lab."""
    for chapter in load_course().chapters:
        print(f"{chapter.number} {in_language(chapter.title, options.language)}")
        for lab in chapter.labs:
            title = in_language(lab.title, options.language)
            minutes = round(lab.target_seconds / 60)
            print(f"  {lab.id:<20} {title} · {lab.profile} · {minutes} min · {lab.points} points")
    return 0


def lint(options: Options) -> int:
    """Every finding with its place and remedy; 1 if there is any."""
    from cluster.profile import profiles
    from labs.lint import lint as lint_lab

    places = [find_lab(lab) for lab in options.labs] or lab_places()
    nodes = {name: [node.name for node in shape.nodes] for name, shape in profiles().items()}
    count = 0
    for place in places:
        for finding in lint_lab(place.folder, nodes):
            print(f"{finding.where} {finding.field}: {finding.message} {finding.remedy}".rstrip())
            count += 1
    print(f"{len(places)} labs, {count} findings")
    return 1 if count else 0


def schema(options: Options) -> int:
    """The JSON Schema of lab.yaml, for editors."""
    from labs.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
