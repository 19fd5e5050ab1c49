"""The router on 400 real messages that were labelled by hand before any rule was written, and on 1,360 drawn later.

Their texts are not in this repository. OLDHAND_EVAL names the folder that holds them. What is asked here is what
docs/REASONING.md says was measured, less the width of a few messages; that it is below the aim of 0.85 is said there.
"""

import os
from collections import Counter

import pytest

from oldhand.reasoning.routing import route
from tests.reasoning.agreement import f1, macro_f1
from tests.reasoning.real_messages import DATA, LABELS, Label, digest, half, labels, messages

MEASURED = {"made": 0.858, "unseen": 0.814, "more": 0.787}  # macro F1
AGREED = 0.836  # macro F1 where a second reader of the half that was not looked at has the same label
SLACK = 0.02  # a message or two of each class
there = pytest.mark.skipif(
    not os.environ.get("OLDHAND_EVAL") or not (DATA / "episodes").is_dir(),
    reason="real messages are not at hand: set OLDHAND_EVAL to the folder that holds data/episodes",
)


@pytest.fixture(scope="module")
def answered() -> dict[str, list[tuple[str, str]]]:
    """(label, answer) of every labelled message, by part."""
    texts = messages()
    found: dict[str, list[tuple[str, str]]] = {part: [] for part in MEASURED}
    for label in labels():
        text = texts[label.set, label.id]
        assert digest(text) == label.digest, f"{label.set} {label.id} is another text than the one that was labelled"
        found[label.part].append((label.kind, route(text).kind))
    return found


def second() -> dict[str, str]:
    """The second reader's label of each message of the half that was not looked at, by its digest."""
    lines = LABELS.with_name("router_second_reader.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {name: kind for name, _, kind in (line.partition("\t") for line in lines)}


def test_the_labels_are_four_hundred_and_their_halves_are_divided_by_digest() -> None:
    first = [label for label in labels() if label.part != "more"]
    assert len(first) == 400 and len({label.digest for label in labels()}) == len(labels())
    assert all((label.part == "unseen") == (half(label.digest) == 1) for label in first)
    assert min(Counter(label.kind for label in first).values()) >= 60


def test_no_text_of_a_message_is_kept() -> None:
    assert all(Label(*label) and len(label.digest) == 64 and len(label.id) < 120 for label in labels())
    assert all(" " not in label.id for label in labels())


@there
@pytest.mark.parametrize("part", MEASURED)
def test_real_messages_are_told_apart_as_well_as_is_said(part: str, answered: dict[str, list[tuple[str, str]]]) -> None:
    assert macro_f1(answered[part]) >= MEASURED[part] - SLACK


def test_two_readers_of_the_half_that_was_not_looked_at_agree_as_well_as_is_said() -> None:
    pairs = [(label.kind, second()[label.digest]) for label in labels() if label.part == "unseen"]
    assert len(pairs) == len(second()) == 184 and sum(one == other for one, other in pairs) == 155
    assert 0.82 < macro_f1(pairs) < 0.83


@there
def test_where_two_readers_agree_messages_are_told_apart_better(answered: dict[str, list[tuple[str, str]]]) -> None:
    digests = [label.digest for label in labels() if label.part == "unseen"]
    both = [pair for pair, name in zip(answered["unseen"], digests, strict=True) if second()[name] == pair[0]]
    assert macro_f1(both) >= AGREED - SLACK and macro_f1(both) > macro_f1(answered["unseen"])


@there
def test_each_class_of_the_unseen_half_is_told(answered: dict[str, list[tuple[str, str]]]) -> None:
    assert all(f1(answered["unseen"], kind) >= 0.7 for kind in ("tactical", "decision", "learning"))


@there
def test_a_router_that_is_always_the_same_agrees_with_nobody(answered: dict[str, list[tuple[str, str]]]) -> None:
    """The control: most messages are tactical, and still that is no answer."""
    assert macro_f1([(label, "tactical") for label, _ in answered["unseen"]]) < 0.3
    answers = [answer for _, answer in answered["unseen"]]
    shifted = answers[1:] + answers[:1]
    assert macro_f1([(label, answer) for (label, _), answer in zip(answered["unseen"], shifted, strict=True)]) < 0.5
