"""The little Markdown of labs, block by block, in English and in Chinese."""

from tui.prose import Block, BlockKind, blocks, styled


def test_the_little_markdown_is_read_block_by_block() -> None:
    text = "# Title\none\nparagraph\n\n- first\n  goes on\n- second\n\n"
    text += "```\n$ code *as is*\n```\n> said"
    assert blocks(text) == [
        Block(BlockKind.HEADING, "Title"),
        Block(BlockKind.PARAGRAPH, "one paragraph"),
        Block(BlockKind.ITEM, "first goes on", "•"),
        Block(BlockKind.ITEM, "second", "•"),
        Block(BlockKind.CODE, "$ code *as is*"),
        Block(BlockKind.QUOTE, "said"),
    ]


def test_styled_text_keeps_what_it_does_not_know() -> None:
    text = "use `kubectl get` and **never** [ERROR] 2*3*4 _or_ snake_case_name"
    assert styled(text).plain == "use kubectl get and never [ERROR] 2*3*4 or snake_case_name"


def test_chinese_lines_of_one_paragraph_join_without_a_space() -> None:
    assert blocks("一行\n二行")[0].text == "一行二行"
