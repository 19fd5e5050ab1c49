"""Ranking: what says most of the cue, nearest together, comes first; who said it, when and beside what settles ties."""

import random
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oldhand.knowledge.assertion import assert_, statement
from oldhand.knowledge.redaction import Screening
from oldhand.memory import Memory
from oldhand.model.terms import index_terms
from oldhand.model.trust import Voice
from oldhand.operation import call, plain
from oldhand.recall.reading import WINDOW_TERMS
from oldhand.store.store import Store
from tests.conftest import BORN, Project
from tests.hostile.corpus import COMMON, corpus
from tests.merge.replicas import Replica, exchange
from tests.recall.saying import bulk, texts
from tests.recall.test_answer import said

NOISE = (
    "The nightly job compresses old log files.", "Images are resized by a worker.", "Сессии живут в Redis.",
    "Feature flags are read once a minute.", "Passwords are hashed with a salt.", "def total(cart): return sum(cart)",
    "Invoices are rendered by a headless browser.", "The search page loads results while one types.",
)  # fmt: skip
FILLER = ("and so on, as everybody in the team of the shop would say it on a day like any other. " * 3).strip()

TOGETHER = {  # a cue, and the same words in two orders
    "English": (
        "rate limiter", "Rate limiter drops what comes in bursts from one of the tenants.",
        "Limiter drops what comes in bursts from one of the tenants: rate.",
    ),
    "Russian": (
        "очередь повторов", "Очередь повторов разбирает ночной рабочий процесс на втором сервере.",
        "Очередь разбирает ночной рабочий процесс на втором сервере: повторов.",
    ),
    "mixed": (
        "Redis таймаут", "У Redis таймаут пять секунд на всех серверах магазина.",
        "У Redis пять секунд на всех серверах магазина таймаут.",
    ),
    "code": (
        "charge_card gateway", "charge_card(gateway, cart, user, amount, currency, locale)",
        "charge_card(cart, user, amount, currency, locale, gateway)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("first", ["together", "apart"])
@pytest.mark.parametrize("text", TOGETHER)
def test_words_that_stand_together_beat_the_same_words_apart(project: Project, text: str, first: str) -> None:
    cue, together, apart = TOGETHER[text]
    assert sorted(index_terms(together)) == sorted(index_terms(apart))
    bulk(project, [together, apart] if first == "together" else [apart, together])
    assert texts(project, cue) == [together, apart]


def test_the_check_of_neighbours_can_fail(project: Project) -> None:
    """Where the words stand alike in both, what was said last leads."""
    cue, together, _ = TOGETHER["English"]
    bulk(project, [together, together.replace("tenants", "tenents")])
    assert texts(project, cue)[1] == together


@pytest.mark.parametrize("longest_first", [True, False])
def test_a_paragraph_that_answers_beats_a_long_text_that_mentions_the_words_far_apart(
    project: Project, longest_first: bool
) -> None:
    words = ("backup", "retention", "encryption", "rotation")
    far = "\n".join(f"{word} {FILLER} {FILLER}" for word in words)
    assert far.split().index("retention") > WINDOW_TERMS / 2
    near = "Backup retention is ninety days, with encryption at rest and key rotation each spring."
    bulk(project, [far, near, *NOISE] if longest_first else [near, far, *NOISE])
    assert texts(project, "backup retention encryption rotation")[:2] == [near, far]


@pytest.mark.parametrize("near_first", [True, False])
def test_of_two_long_texts_the_one_that_says_it_in_one_paragraph_leads(project: Project, near_first: bool) -> None:
    """Both hold the same words, none of which stands beside another."""
    words, fill = (
        ("backup", "retention", "encryption", "rotation"),
        ["one", "two", "three", "four", "five", "six", "seven"],
    )
    near = [*fill * 60, *(part for word in words for part in (word, *fill))]
    far = [part for word in words for part in (word, *fill * 16)]
    assert sorted(near) == sorted(far) and 16 * len(fill) < 120 < len(near)
    ordered = [" ".join(near), " ".join(far)]
    bulk(project, [*(ordered if near_first else ordered[::-1]), *NOISE])
    assert texts(project, " ".join(words))[:2] == ordered


@pytest.mark.parametrize(
    ("cue", "subject", "asking"),
    [
        ("Can you recommend a hotel in Lisbon?", "The hotel in Lisbon by the river was quiet.",
         "People recommend what others recommend, or so they say."),
        ("Посоветуй ресторан в Казани", "В Казани ресторан у реки был тихим.",
         "Посоветуй, говорят одни; посоветуй сам, говорят другие."),
        ("remind me of the retry_policy of payments", "The retry_policy of payments is: none.",
         "remind, remind, remind, says the bot."),
    ],
    ids=["English", "Russian", "code"],
)  # fmt: skip
def test_a_word_of_request_does_not_outweigh_the_subject(
    project: Project, cue: str, subject: str, asking: str
) -> None:  # fmt: skip
    bulk(project, [subject, asking, *NOISE])
    assert texts(project, cue)[0] == subject
    bulk(project, [f"{subject} Also number {number}." for number in range(12)])  # now the request is the rarer
    assert asking not in texts(project, cue)[:5]


def test_the_check_of_requests_can_fail(project: Project) -> None:
    """A word of request that is quoted is meant, and is looked for like any other."""
    subject, asking = "The hotel by the river was quiet.", "People recommend what others recommend."
    bulk(project, [*(f"{subject} Also number {number}." for number in range(5)), *NOISE, asking])
    assert texts(project, "recommend a hotel")[0] != asking
    assert texts(project, '"recommend" a hotel')[0] == asking


SPEAKERS = {
    "English": ("user: ", "assistant: ", "The standing desk arrived on Tuesday.", "When did {} standing desk arrive?",
                "my", "the"),
    "Russian": ("Пользователь: ", "Ассистент: ", "Стол для работы стоя привезли во вторник.",
                "Когда {} привезли стол для работы стоя?", "мне", "вам"),
    "dated": ("(2026-03-01) user: ", "(2026-03-01) assistant: ", "We moved to Kazan in May.",
              "When did {} move to Kazan?", "I", "people"),
}  # fmt: skip


@pytest.mark.parametrize("person_first", [True, False])
@pytest.mark.parametrize("text", SPEAKERS)
def test_a_cue_in_the_first_person_prefers_what_a_person_said_and_another_does_not(
    project: Project, text: str, person_first: bool
) -> None:
    person, assistant, what, cue, mine, anyones = SPEAKERS[text]
    one, other = person + what, assistant + what
    ordered = [one, other] if person_first else [other, one]
    bulk(project, [*ordered, *NOISE])
    assert texts(project, cue.format(mine))[:2] == [one, other]
    assert texts(project, cue.format(anyones))[:2] == ordered[::-1], "without a person in the cue the later leads"


def test_a_role_that_is_only_mentioned_speaks_for_nobody(project: Project) -> None:
    quoted = "The log line is `user: arrived at my desk`."
    other = "The log line is `host: arrived at my desk`."
    bulk(project, [quoted, other])
    assert texts(project, "my desk arrived log line") == [other, quoted]


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("elsewhere_first", [True, False])
def test_what_was_said_beside_a_match_ranks_above_an_equal_one_that_was_said_elsewhere(
    project: Project, side: str, elsewhere_first: bool
) -> None:
    cue = "Which vendor runs the mail relay, and at what monthly price?"
    match = "The vendor that runs the mail relay sits in Oslo."
    beside, elsewhere = "The monthly price is twelve euros, says Ann.", "The monthly price is eleven euros, says Ben."
    talk = [beside, match] if side == "before" else [match, beside]
    apart = [elsewhere, *NOISE[:4]] if elsewhere_first else []
    bulk(project, [*apart, *talk, *NOISE[4:], *([] if elsewhere_first else [elsewhere])])
    assert texts(project, cue)[:3] == [match, beside, elsewhere]


def test_the_check_of_neighbourhood_can_fail(project: Project) -> None:
    """Where nothing beside either of them matches, the later one leads."""
    beside, elsewhere = "The monthly price is twelve euros, says Ann.", "The monthly price is eleven euros, says Ben."
    bulk(project, [beside, *NOISE, elsewhere])
    assert texts(project, "Which vendor runs the mail relay, and at what monthly price?") == [elsewhere, beside]


# -- priors settle what the words leave close --------------------------------------------------------

WORDS = (
    "anchor", "brook", "cinder", "dapple", "ember", "fjord", "glacier", "платёж", "шлюз", "повтор", "retry_policy",
    "src/pay.py", "v2.1", "E0502", "支", "naïve",
)  # fmt: skip
OTHERS = ("kettle", "lantern", "meadow", "nickel", "orchid", "pebble", "чайник", "фонарь", "луг", "make_tea")


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    cue=st.lists(st.sampled_from(WORDS), min_size=3, max_size=6, unique=True), one=st.integers(0, 5),
    has_one=st.booleans(), filler=st.lists(st.sampled_from(OTHERS), max_size=8), trust=st.sampled_from(("web", "tool")),
    confirmations=st.integers(0, 6), days=st.integers(0, 4000), shuffle=st.randoms(use_true_random=False),
)  # fmt: skip
def test_what_holds_every_word_is_never_behind_what_holds_none_or_one(
    tmp_path_factory: pytest.TempPathFactory, cue: list[str], one: int, has_one: bool, filler: list[str], trust: str,
    confirmations: int, days: int, shuffle: random.Random,
) -> None:  # fmt: skip
    """However little the first is trusted, however old it is, and however often the second was confirmed, by whom."""
    folder = tmp_path_factory.mktemp("priors")
    Store.create(folder / ".oldhand", BORN, folder / "home").close()
    every = [*cue, *filler]
    other = [*([cue[one % len(cue)]] if has_one else []), *filler, *OTHERS[: len(cue)]]
    shuffle.shuffle(every)
    shuffle.shuffle(other)
    with Memory(folder, folder / "home") as memory:
        moment = BORN
        with memory.store().write(moment) as transaction:
            said = statement(folder, "claim", {"text": " ".join(every)}, screening=Screening())
            full = assert_(transaction, said, Voice("web", "mcp", trust)).memory
        for number in range(confirmations + 1):
            with memory.store().write(moment + days * 86_400_000 + number) as transaction:
                said = statement(folder, "decision", {"text": " ".join(other)}, screening=Screening())
                assert_(transaction, said, Voice("user", "cli", "user"))
        reply = call(memory, "recall", {"cue": " ".join(cue), "loose": True, "limit": 9, "budget_tokens": 9000})
        assert reply.items[0].id == full
        assert call(memory, "verify", {}).sound


def test_the_check_of_priors_can_fail(project: Project) -> None:
    """Where both hold every word, the trusted and confirmed one leads, though it was said first."""
    with project.memory.writing() as transaction:
        trusted = statement(
            project.root, "claim", {"text": "Deploys of the shop happen on Tuesday."}, screening=Screening()
        )
        for _ in range(5):
            name = assert_(transaction, trusted, Voice("user", "cli", "user")).memory
        assert_(
            transaction,
            statement(project.root, "claim", {"text": "Deploys of the shop happen on Monday."}, screening=Screening()),
            Voice("web", "mcp", "web"),
        )  # fmt: skip
    assert project.call("recall", cue="deploys of the shop").items[0].id == name


# -- one memory, one order ---------------------------------------------------------------------------


def told(folder: Path, home: Path, cues: tuple[str, ...]) -> list[object]:
    """What a replica answers to each cue, without the names of the traces."""
    with Memory(folder, home, store=folder / ".oldhand") as memory:
        assert call(memory, "verify", {}).sound
        replies = [
            plain(call(memory, "recall", {"cue": cue, "explain": True, "limit": 50, "loose": True})) for cue in cues
        ]
    return [{name: value for name, value in reply.items() if name != "trace"} for reply in replies]


@pytest.mark.parametrize("order", list(permutations(("ann", "ben", "cy"))), ids="-".join)
def test_answers_do_not_depend_on_the_order_in_which_replicas_were_merged(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    replicas = {name: Replica(tmp_path / name / ".oldhand", name) for name in order}
    for name in ("ann", "ben", "cy"):
        for number in range(25):  # together more than are read closely, most of them equal matches
            replicas[name].say(f"Fact {number} of {name} about payments and шлюз.")
        replicas[name].say(f"assistant: retry_policy of {name} is none", tags=[name], key="pay/retry")
    first, second, third = (replicas[name] for name in order)
    first.tell(second)
    second.tell(third, chance=random.Random(1))
    exchange([third, first, second], random.Random(2))
    assert first.root() == second.root() == third.root()
    for one in replicas.values():
        one.store.close()
    cues = ("payments", "fact 7 about payments", "шлюз", "my retry_policy", "payments of cy", "retry polcy")
    said = [told(tmp_path / name, tmp_path / "home", cues) for name in order]
    assert said[0] == said[1] == said[2]
    assert all(reply["items"] for reply in said[0])  # type: ignore[index]


def test_the_same_statements_in_another_order_are_another_history(tmp_path: Path) -> None:
    """The control: what was said when is part of the answer, so that equal answers above are no accident."""
    found = []
    for name, facts in (("forth", range(5)), ("back", range(4, -1, -1))):
        replica = Replica(tmp_path / name / ".oldhand", "ann")
        for number in facts:
            replica.say(f"Fact {number} about payments.")
        replica.store.close()
        found.append(told(tmp_path / name, tmp_path / "home", ("payments",)))
    assert found[0] != found[1]


# -- hostile texts -----------------------------------------------------------------------------------


def test_hostile_texts_do_not_disturb_the_order(project: Project) -> None:
    best, other = "The rate limiter drops bursts.", "The limiter is old, and the rate is low."
    nasty = [text for text in corpus(COMMON) if text.strip() and text.isprintable()][:120]
    for text in nasty:
        said(project, f"{text} limiter {text}")
    said(project, other)
    said(project, best)
    found = texts(project, "rate limiter")
    assert found[0] == best and found.index(other) < len(found) // 2
    for text in nasty:
        reply = project.call("recall", cue=f"{text} rate limiter bursts", loose=True, explain=True)
        assert best in [item.text for item in reply.items]
        assert all(0 <= item.match <= 1 for item in reply.items)


@pytest.mark.timeout(60)
def test_a_megabyte_of_one_word_of_the_cue_does_not_lead(project: Project) -> None:
    flood = "limiter " * 120_000
    answer = "The rate limiter drops bursts above the quota."
    bulk(project, [answer, flood])
    assert texts(project, "rate limiter quota", budget_tokens=2000)[0] == answer
