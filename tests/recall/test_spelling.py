"""Spelling: what nobody wrote is taken for what is nearest to it, as a last resort that says so and is never sure."""

import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.errors import BadText
from oldhand.recall import spelling
from oldhand.recall.cue import understand
from oldhand.recall.lexical import weights
from oldhand.recall.spelling import KINDS, LONG, LOOKED_THROUGH, SHORTEST, distance, mended
from oldhand.store.reader import Reader
from tests.conftest import Project
from tests.hostile.corpus import COMMON, corpus
from tests.recall.saying import bulk
from tests.recall.test_answer import answers, said

TEXTS = (
    "The function reconcileLedger is called by the nightly job.", "OpenTelemetry traces are kept for two weeks.",
    "Terraform runs only in the staging region.", "Миграции базы данных запускаются вручную.",
    "See src/billing/invoice_writer.py for PDF output.", "ECONNRESET 53211 means that v12.3.4 is too old, says E0502.",
    "Redis keeps sessions.",
)  # fmt: skip
SECONDS = 2.0  # for one cue, however long, as in HOUSE.md's budget for a cold process; a tenth of it is usual


@pytest.fixture
def notes(project: Project) -> Project:
    """A project with a few things that are easily typed wrong."""
    bulk(project, TEXTS)
    return project


MEANT = {
    "reconcilledgre": TEXTS[0], "recnocileledger": TEXTS[0], "recnocileLedgre": TEXTS[0], "opentelemtry": TEXTS[1],
    "opentelmetry": TEXTS[1], "terrafrom": TEXTS[2], "TERAFORM": TEXTS[2], "etrraform": TEXTS[2],
    "Terrafomr": TEXTS[2], "\"terrafrom\"": TEXTS[2], "мигарции": TEXTS[3], "миграцыи": TEXTS[3], "redsi": TEXTS[6],
}  # fmt: skip


@pytest.mark.parametrize("typed", MEANT)
def test_a_wrong_letter_or_two_find_what_was_meant_and_are_told(notes: Project, typed: str) -> None:
    reply = notes.call("recall", cue=typed)
    assert [item.text for item in reply.items] == [MEANT[typed]]
    assert reply.verdict == "weak", "a guess is never sure"
    (told,) = reply.mended
    assert told.startswith(f"{typed.strip(chr(34))} as ") and reply.unknown == []


PARTLY = ("reconcielLedger", "reconcileLeger", "OpenTelemettri", "invoice_wirter.py", "INVIOCE_WRITER.PY")


@pytest.mark.parametrize("typed", PARTLY)
def test_a_compound_is_mended_when_the_part_that_is_right_does_not_answer(notes: Project, typed: str) -> None:
    reply = notes.call("recall", cue=typed)
    meant = {"r": TEXTS[0], "o": TEXTS[1], "i": TEXTS[4]}[typed[0].lower()]
    assert [item.text for item in reply.items] == [meant] and reply.verdict == "weak"
    assert len(reply.mended) == 1 or reply.items[0].match < 1


def test_several_words_are_mended_at_once(notes: Project) -> None:
    reply = notes.call("recall", cue="opentelemtry tracse")
    assert [item.text for item in reply.items] == [TEXTS[1]] and len(reply.mended) == 2
    assert reply.verdict == "weak"


def test_the_check_of_mending_can_fail(notes: Project) -> None:
    """The word typed right is not mended, and one with too many wrong letters brings nothing."""
    right, wrong = notes.call("recall", cue="opentelemetry"), notes.call("recall", cue="obentilemetri")
    assert (right.mended, len(right.items)) == ([], 1)
    assert (wrong.mended, wrong.items, wrong.verdict, wrong.unknown) == ([], [], "nothing known", ["obentilemetri"])


def test_nothing_is_mended_where_something_answers(notes: Project) -> None:
    reply = notes.call("recall", cue="terrafrom sessions in Redis")
    assert [item.text for item in reply.items] == [TEXTS[6]]
    assert (reply.mended, reply.unknown) == ([], ["terrafrom"])


NEVER = (
    "53212", "52311", "v12.3.5", "12.3.5", "E0503", "ECONNRESEV", "-32602", "CVE-2024-1", "rdis", "rids", "к8с",
    "2024-01-01", "0x53211", "redsi123456", "53211.5", "terr", "rexi", "reid",
)  # fmt: skip


@pytest.mark.parametrize("typed", NEVER)
def test_numbers_versions_codes_and_short_words_are_never_mended(notes: Project, typed: str) -> None:
    reply = notes.call("recall", cue=typed)
    assert (reply.mended, reply.items, reply.verdict) == ([], [], "nothing known")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_never_mended_is_known_by_its_kind(kind: str) -> None:
    """The control of the list above: those long enough are of a kind that is not mended."""
    kinds = {term.kind for typed in NEVER for term in understand(typed).terms if len(term.term) >= SHORTEST}
    assert {"number", "version", "code"} <= kinds and kind not in {"number", "version", "code"}


def test_of_two_that_are_as_near_the_commoner_is_taken(project: Project) -> None:
    rare = said(project, "The carton is under the stairs.")
    common = bulk(project, [f"The carbon of machine {number} is spent." for number in range(3)])
    assert set(answers(project, "carxon")) == set(common)
    assert answers(project, "cartom") == [rare]


def test_what_was_put_away_is_no_reason_to_mend_a_word(project: Project) -> None:
    name = said(project, "Terraform runs in staging.")
    project.call("retire", name=name)
    reply = project.call("recall", cue="terrafrom")
    assert (reply.items, reply.verdict) == ([], "nothing known")
    assert [item.id for item in project.call("recall", cue="terrafrom", deep=True, loose=True).items] == [name]


def test_a_mended_cue_keeps_to_its_shelf(project: Project) -> None:
    said(project, "Terraform runs in staging.", domain="context")
    plan = said(project, "Terraform was chosen for staging.", domain="decisions", kind="decision")
    assert answers(project, "terrafrom", domain="decisions") == [plan]
    assert answers(project, "terrafrom", kind="gotcha") == []


def test_a_broken_index_is_told_instead_of_mending(notes: Project) -> None:
    notes.store._connected().execute("DROP TABLE search")
    reply = notes.call("recall", cue="terrafrom")
    assert reply.mended == [] and "search index is broken" in reply.degraded
    notes.call("rebuild")
    assert notes.call("recall", cue="terrafrom").mended


# -- bounds ------------------------------------------------------------------------------------------


def test_no_more_terms_are_looked_through_than_the_bound(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LOOKED_THROUGH <= 10_000, "ten thousand comparisons in Python are some 25 ms"
    bulk(project, [" ".join(f"ter{a}{b}{c}zz" for b, c in product("abcdefghij", repeat=2)) for a in "abcdefghij"])
    said(project, "Terraform runs in staging.")
    assert project.call("recall", cue="terrafrom").mended
    asked: list[int] = []
    whole = Reader.vocabulary

    def counted(reader: Reader, low: str, high: str, most: int) -> list[tuple[str, int]]:
        found = whole(reader, low, high, most)
        asked.append(len(found))
        return found

    monkeypatch.setattr(Reader, "vocabulary", counted)
    monkeypatch.setattr(spelling, "LOOKED_THROUGH", 100)
    assert not project.call("recall", cue="terrafrom").mended, "it lies beyond the first hundred"
    assert asked and max(asked) == 100


def test_words_of_any_characters_are_looked_for_without_failing(project: Project) -> None:
    said(project, "naïveté кубернетес supercalifragilistic")
    for text in corpus(COMMON):
        try:
            reply = project.call("recall", cue=f"zz{text}zzqw {text}{text}")
        except BadText:
            assert any("\ud800" <= letter <= "\udfff" for letter in text)
            continue
        assert reply.verdict != "strong" or not reply.mended
    for letter in ("\U0010ffff", "\ud7ff", "\ue000", "\uffff", "z", "я", "\x7f", "ﬀ", "İ"):
        for word in (f"a{letter}bcdefg", f"{letter}abcdefgh", letter * 8):
            assert project.call("recall", cue=word).verdict == "nothing known"


@pytest.mark.parametrize(
    "cue",
    [
        " ".join(f"terrafrom{chr(97 + n % 26)}{n}" for n in range(100_000)), "terrafrom " * 100_000,
        "k" * 1_000_000, "kuberne\x00ts", "\x00" * 10_000, " ".join("terrafrom" + "x" * (n % 40) for n in range(3_000)),
        "ку" * 50_000, "_".join(["terrafrom"] * 5_000),
    ],
    ids=["words", "one word", "one letter", "NUL within", "NUL", "lengths", "syllables", "compound"],
)  # fmt: skip
def test_endless_cues_are_answered_in_time(notes: Project, cue: str) -> None:
    notes.call("recall", cue="warm")
    started = time.perf_counter()
    reply = notes.call("recall", cue=cue)
    assert time.perf_counter() - started < SECONDS
    assert reply.verdict in ("weak", "nothing known")


# -- the distance ------------------------------------------------------------------------------------


def plain_distance(one: str, other: str) -> int:
    """Optimal string alignment by the whole matrix, as the textbook has it."""
    rows, columns = len(one) + 1, len(other) + 1
    table = [[0] * columns for _ in range(rows)]
    for row in range(rows):
        table[row][0] = row
    for column in range(columns):
        table[0][column] = column
    for row in range(1, rows):
        for column in range(1, columns):
            changed = table[row - 1][column - 1] + (one[row - 1] != other[column - 1])
            best = min(table[row - 1][column] + 1, table[row][column - 1] + 1, changed)
            if row > 1 and column > 1 and one[row - 1] == other[column - 2] and one[row - 2] == other[column - 1]:
                best = min(best, table[row - 2][column - 2] + 1)
            table[row][column] = best
    return table[-1][-1]


short = st.text("abcя", max_size=9)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(one=short, other=short, most=st.integers(0, 4))
def test_the_distance_is_that_of_the_whole_matrix(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == min(plain_distance(one, other), most + 1)
    assert distance(other, one, most) == distance(one, other, most)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(word=st.text(min_size=LONG, max_size=40), at=st.integers(0, 38), letter=st.characters(), way=st.integers(0, 3))
def test_one_slip_of_the_hand_is_one_apart(word: str, at: int, letter: str, way: int) -> None:
    at %= len(word) - 1
    slips = (
        word[:at] + letter + word[at:], word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )  # fmt: skip
    assert distance(word, slips[way], 2) <= 1
    assert distance(word, word, 0) == 0 == plain_distance(word, word)


def test_the_check_of_distances_can_fail() -> None:
    assert plain_distance("terrafrom", "terraform") == 1 != distance("terrafrom", "redis", 2)
    assert (plain_distance("ab", "ba"), plain_distance("ca", "abc")) == (1, 3), "a pair is swapped, never across others"


def test_a_cue_of_unknown_words_keeps_to_its_time_beside_a_large_vocabulary(project: Project) -> None:
    letters = "abcdefghijklmnopqr"
    words = ["te" + "".join(middle) + "bern" for middle in product(letters, repeat=3)]
    assert len(words) > LOOKED_THROUGH
    bulk(project, [" ".join(words[start : start + 200]) for start in range(0, len(words), 200)])
    started = time.perf_counter()
    reply = project.call("recall", cue=" ".join(f"te{one}{other}zzzz" for one, other in product("uvwxyz", repeat=2)))
    assert time.perf_counter() - started < SECONDS / 2, "it was four seconds when each word was compared with each"
    assert (reply.verdict, reply.mended) == ("nothing known", [])
    assert project.call("recall", cue="teaaabenr").mended == ["teaaabenr as teaaabern"]


def test_what_may_be_mended_is_asked_of_the_cue_alone(notes: Project) -> None:
    with notes.memory.reading() as reader:
        cue = understand("terrafrom 53212 redsi opentelemetry")
        found = mended(reader, cue, weights(reader, cue))
    assert {one.said for one in found} == {"terrafrom", "redsi"}
