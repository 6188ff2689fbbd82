"""`seatrial labs lint`: is a lab fit to be proved? Needs no cluster and changes nothing."""

from labs.lint.linter import LintFinding, lint

__all__ = ["LintFinding", "lint"]
