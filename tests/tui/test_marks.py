"""Marks are told apart by their symbols and their words, not by colour alone."""

from tui.marks import Mark
from tui.words import WORDS, Words


def test_every_symbol_has_a_word_and_all_differ() -> None:
    shown = [mark for mark in Mark if mark.symbol.strip()]
    assert all(mark.word in WORDS for mark in shown)
    assert len({mark.symbol for mark in shown}) == len(shown)
    assert Words("zh")(Mark.PASSED.word) == "通过"
