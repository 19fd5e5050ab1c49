"""Plain facts: what `remember --jsonl` takes, there and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import BadLine
from oldhand.memory import Memory
from oldhand.operation import call
from tests.exchange.exports import Export, export, state, take


def test_facts_are_what_remember_takes_and_come_back_the_same(full: Memory, shelf: Any, tmp_path: Path) -> None:
    facts = call(full, "export", {"format": "facts"})
    copy = shelf("copy")
    assert facts.lines == 2 and len(call(copy, "remember", {"jsonl": facts.text}).memories) == 2
    assert call(copy, "export", {"format": "facts"}).text == facts.text
    other = shelf("other")
    done = take(other, tmp_path, facts.text)
    assert (done.format, done.new) == ("facts", 2) and call(other, "export", {"format": "facts"}).text == facts.text


def test_facts_keep_what_was_said_about_a_memory(shelf: Any, tmp_path: Path) -> None:
    memory, copy = shelf("one"), shelf("two")
    said = {
        "text": "Кэш живёт час\0🙂", "kind": "gotcha", "title": "Кэш", "domain": "issues", "key": "cache/ttl",
        "confidence": 0.25, "priority": -7, "tags": ["cache", "тег"], "anchors": ["src/c.py:3-4"],
        "valid_from": "2020-01-01T00:00:00.000Z", "valid_until": "2031-12-31T23:59:59.999Z",
        "fields": {"trigger": "deploy", "resolution": "wait"},
    }  # fmt: skip
    call(memory, "remember", {"jsonl": json.dumps(said)})
    text = call(memory, "export", {"format": "facts"}).text
    assert json.loads(text) == said
    take(copy, tmp_path, text)
    assert json.loads(call(copy, "export", {"format": "facts"}).text) == said


@pytest.mark.parametrize(("strategy", "standing", "counts"), [
    ("append", "contested", (1, 0, 1, 0)), ("skip-existing", "active", (1, 0, 0, 1)),
    ("replace", "active", (1, 1, 0, 0)),
])  # fmt: skip
def test_facts_are_merged_by_the_same_strategies(
    shelf: Any, tmp_path: Path, strategy: str, standing: str, counts: tuple[int, ...]
) -> None:
    memory = shelf("one")
    call(memory, "remember", {"text": "Host is three", "key": "deploy/host"})
    text = '{"text":"Host is two","key":"deploy/host"}\n\n{"text":"Something else"}\n'
    before = export(memory)
    rehearsed = take(memory, tmp_path, text, strategy=strategy, trust="user", dry_run=True)
    assert export(memory) == before
    done = take(memory, tmp_path, text, strategy=strategy, trust="user")
    assert (done.new, done.changed, done.contested, done.skipped) == counts and rehearsed[4:-2] == done[4:-2]
    assert (
        next(one for one, texts in state(memory).values() if "Host is three" in texts or "Host is two" in texts)
        == standing
    )
    again = take(memory, tmp_path, text, strategy=strategy)
    assert (again.events, again.root) == (0, done.root)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "no JSON"), ("[]", "no JSON object"), ('{"text":5}', "wrong type"), ('{"txt":"x"}', "unknown names"),
        ('{"text":""}', "text"), ('{"text":"x","kind":"spell"}', "kind"), ('{"text":"x","confidence":7}', "Confidence"),
        ('{"text":"x","fields":{"text":5}}', "text"), ('{"text":"x","valid_from":"2026-13-01"}', "months"),
        ('{"text":"x","kind":"decision","fields":{"alternatives":5}}', "Line 2"), ("[" * 100_000, "nested|no JSON"),
    ],
)  # fmt: skip
def test_a_bad_fact_is_named_and_none_is_taken(shelf: Any, tmp_path: Path, line: str, words: str) -> None:
    memory = shelf("one")
    with pytest.raises(BadLine, match=rf"^Line 2 .*({words})|^{words}"):
        take(memory, tmp_path, f'{{"text":"good"}}\n{line}\n{{"text":"good too"}}\n')
    assert Export(export(memory)).of("event") == []
