"""What was rejected is refused in other words too, to who says it on purpose; what differs in what matters is not."""

import json

import pytest

from oldhand.errors import RejectedInOtherWords
from oldhand.memory import Memory
from oldhand.model.value import digests
from oldhand.operation import call
from tests.conftest import Project
from tests.governance.test_rejected_values import OTHER, current, person, refused, reject, say

__all__ = ["person"]  # the fixture

PORT = "Postgres listens on 5432 in CI."
PARAPHRASES = [  # (what was rejected, the same in other words, something else that is alike)
    (PORT, "PostgreSQL is listening on 5432 in CI", "PostgreSQL is listening on 5433 in CI"),
    ("Retries wait for 30 seconds.", "Retries wait for 30s", "Retries wait for 40s"),
    ("Тесты используют Postgres 14.", "Тесты используют PostgreSQL 14", "Тесты не используют Postgres 14."),
]


@pytest.mark.parametrize(("rejected", "again", "other"), PARAPHRASES, ids=range(len(PARAPHRASES)))
def test_a_rejected_value_in_other_words_is_refused_to_who_says_it_on_purpose(
    project: Project, person: Memory, rejected: str, again: str, other: str
) -> None:
    memory = say(person, rejected)
    assert not set(digests("claim", {"text": rejected}, None)) & set(digests("claim", {"text": again}, None))
    reject(person, memory)
    words = str(refused(person, again))
    assert rejected in words and f"oldhand restore {memory[:12]}" in words
    refused(project.memory, again)
    refused(person, again, key="some/key")
    elsewhere = say(person, "Something quite different stands here")
    with pytest.raises(RejectedInOtherWords):
        call(person, "revise", {"name": elsewhere, "text": again})
    assert say(person, other), "the control: what differs in what matters is welcome"
    call(person, "restore", {"name": memory})
    say(person, again)


def test_what_stands_is_said_again_whatever_like_it_was_rejected_later(person: Memory) -> None:
    again = "PostgreSQL is listening on 5432 in CI"
    rejected, stands = say(person, PORT, key="a/port"), say(person, again, key="b/port")
    reject(person, rejected)
    assert say(person, again, key="b/port") == stands
    assert again in current(person)
    refused(person, again, key="c/port")


def test_bulks_are_asked_for_the_value_and_not_for_its_meaning(person: Memory) -> None:
    reject(person, say(person, PORT))
    lines_ = [{"text": "PostgreSQL is listening on 5432 in CI"}, {"text": OTHER}]
    call(person, "remember", {"jsonl": "\n".join(map(json.dumps, lines_))})
    assert {"PostgreSQL is listening on 5432 in CI", OTHER} <= current(person)


def test_hundreds_of_rejections_keep_nobody_waiting_and_still_refuse(person: Memory) -> None:
    numbered = [{"text": f"Worker {number} reads its orders from shelf {number * 7} at night"} for number in range(220)]
    call(person, "remember", {"jsonl": "\n".join(map(json.dumps, numbered))})
    for item in call(person, "active", {"limit": 1000}).items:
        reject(person, item.id)
    reject(person, say(person, PORT))
    with pytest.raises(RejectedInOtherWords):
        say(person, "PostgreSQL is listening on 5432 in CI")
    assert say(person, OTHER)
