"""The Markdown reader: blocks with their headings and lines, plain text, bounded work."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.exchange.markdown import Block, read
from oldhand.exchange.prose import LONGEST_BLOCK, plain, sentences, shorten

PAGE = """---
title: "Ledger: how it works"
tags: [Accepted, money]
owners:
  - ann
  - bob
note: |
  Two lines
  folded
---
# Ledger

Entries are *never* changed,
only **reversed**.

## Posting rules

- A posting has two sides.
  They sum to zero.
  - The debit side
  - The credit side
1. Lock the account.
2. Post.

| Account | Meaning |
|---------|---------|
| `cash`  | Money in the till |
| fees \\| tips | Both together |

<!-- - this rule is gone
- and this one -->

```bash
# Close the day
make close
```

Closing
=======

> [!WARNING]
> Closing twice loses the day.

Done.
"""


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, plain(block.text)) for block in read(text).blocks]


def one(text: str, kind: str) -> Block:
    return next(block for block in read(text).blocks if block.kind == kind)


def test_frontmatter_becomes_fields() -> None:
    meta = read(PAGE).meta
    assert meta["title"] == "Ledger: how it works"
    assert meta["tags"] == "Accepted, money"
    assert meta["owners"] == "ann, bob"
    assert meta["note"] == "Two lines folded"


def test_blocks_carry_kind_path_and_lines() -> None:
    blocks = read(PAGE).blocks
    assert [b.kind for b in blocks] == [
        "heading", "paragraph", "heading", "item", "item", "item", "item", "item",
        "table", "code", "heading", "paragraph", "paragraph",
    ]  # fmt: skip
    paragraph = blocks[1]
    assert plain(paragraph.text) == "Entries are never changed, only reversed."
    assert (paragraph.line_start, paragraph.line_end, paragraph.path) == (13, 14, ("Ledger",))
    assert blocks[3].path == ("Ledger", "Posting rules")


def test_items_know_their_nesting_and_order() -> None:
    items = [b for b in read(PAGE).blocks if b.kind == "item"]
    assert [(plain(b.text), b.level, b.info) for b in items] == [
        ("A posting has two sides. They sum to zero.", 0, ""),
        ("The debit side", 1, ""),
        ("The credit side", 1, ""),
        ("Lock the account.", 0, "ordered"),
        ("Post.", 0, "ordered"),
    ]


def test_a_table_is_rows_of_plain_cells() -> None:
    table = one(PAGE, "table")
    assert table.rows == (("Account", "Meaning"), ("`cash`", "Money in the till"), ("fees | tips", "Both together"))


def test_comments_are_dropped_and_code_is_kept_verbatim() -> None:
    assert "gone" not in str(read(PAGE).blocks)
    code = one(PAGE, "code")
    assert (code.info, code.text) == ("bash", "# Close the day\nmake close")


def test_an_underlined_line_is_a_heading_and_an_alert_marks_its_paragraph() -> None:
    blocks = read(PAGE).blocks
    assert (blocks[-3].text, blocks[-3].level) == ("Closing", 1)
    assert (plain(blocks[-2].text), blocks[-2].info) == ("Closing twice loses the day.", "warning")
    assert blocks[-1].info == ""


def test_a_folded_part_stands_under_its_summary_until_it_ends() -> None:
    text = "# Help\n\n<details>\n<summary>Is it safe?</summary>\n\nYes, quite.\n\n</details>\n\nThe rest.\n"
    blocks = [b for b in read(text).blocks if b.kind == "paragraph"]
    assert blocks[0].path == ("Help", "Is it safe?")
    assert blocks[1].path == ("Help",)


def test_raw_html_leaves_its_words_and_not_its_tags() -> None:
    text = (
        '<p align="center">\n  <img src="x.png">\n  A small <b>store</b>\n</p>\n<script>\nlet x = "words";\n</script>\n'
    )
    assert kinds(text) == [("paragraph", "A small store")]


def test_headings_in_html_are_headings() -> None:
    assert kinds('<h1 align="center">Till</h1>') == [("heading", "Till")]


def test_an_unclosed_fence_reaches_the_end() -> None:
    assert [b.kind for b in read("Words.\n\n```\nfor ever\n# no heading\n").blocks] == ["paragraph", "code"]


def test_frontmatter_without_an_end_is_text() -> None:
    document = read("---\ntitle: x\n\nWords stay words here.\n")
    assert document.meta == {}
    assert kinds("---\ntitle: x\n\nWords stay words here.\n")[-1] == ("paragraph", "Words stay words here.")


def test_line_ends_of_other_systems_are_read() -> None:
    assert kinds("# A\r\n\r\none\r\ntwo\r\n") == [("heading", "A"), ("paragraph", "one two")]


def test_plain_text_has_no_marks_left() -> None:
    assert plain("See [the **guide**](docs/g.md) and ![logo](l.png) `a_b *c*`.") == "See the guide and `a_b *c*`."
    assert plain("snake_case_name and src/**/*.py stay") == "snake_case_name and src/**/*.py stay"
    assert plain("[![build](b.svg)](https://ci) <br/>Tom &amp; Ann ~~gone~~ \\*star\\*") == "Tom & Ann *star*"
    assert plain("**Loki**: **in use** ** and x**") == "Loki: in use and x"
    assert plain("<https://a.example/x> and <name>") == "https://a.example/x and <name>"
    assert plain("_Никогда_ не **удаляйте** журнал") == "Никогда не удаляйте журнал"


def test_sentences_end_where_people_end_them() -> None:
    text = "Use e.g. Redis here. It runs `make. Test` first! Версия т.е. Первая готова. Дальше 2.0 выйдет."
    assert sentences(text) == [
        "Use e.g. Redis here.",
        "It runs `make. Test` first!",
        "Версия т.е. Первая готова.",
        "Дальше 2.0 выйдет.",
    ]


def test_shortening_keeps_whole_sentences_or_whole_words() -> None:
    assert shorten("One two. Three four. Five six.", 22) == "One two. Three four."
    cut = shorten("word " * 100, 52)
    assert cut.endswith("word …") and len(cut) <= 52
    assert "`" not in shorten("Please call `a very long piece of code that goes on` now", 30)


@given(st.text(alphabet="#-*_`|<>[]()!:\n\t \\~&;.1aЯ=\u2028\r\x00{}", max_size=400))
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_and_lines_are_true(text: str) -> None:
    lines = text.count("\n") + text.count("\r") + 1
    for block in read(text).blocks:
        assert 1 <= block.line_start <= block.line_end <= lines
        assert len(block.text) <= LONGEST_BLOCK
        plain(block.text)


def test_work_grows_with_length_whatever_the_shape() -> None:
    def seconds(unit: str, size: int) -> float:
        text = "# T\n\n" + unit * (size // len(unit))
        start = time.perf_counter()
        for block in read(text).blocks:
            plain(block.text)
        return time.perf_counter() - start

    for unit in (
        "[",
        "**a ",
        "`",
        "![",
        "<!-- ",
        "> ",
        "- a\n  ",
        "|a",
        "_a ",
        "[a](",
        "# h\n",
        "\\",
        "`a`` ",
        "<a ",
        "~~~\n",
    ):
        small, large = seconds(unit, 60_000), seconds(unit, 240_000)
        assert large < 12 * small + 0.25, unit  # four times the text; twelve leaves room for a busy machine
