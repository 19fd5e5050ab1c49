"""What was forgotten is known again and left out, however often a transcript brings it, and its words are not kept."""

import json
import random
import time
from pathlib import Path

import pytest

from oldhand.knowledge import erased_note, erased_words
from oldhand.knowledge.erased_words import ErasedWords
from oldhand.model.session import Event
from oldhand.operation import call
from oldhand.store.session_blanking import BLANKED
from tests.conftest import Project
from tests.governance.test_erasure import speaking

SAID = "The payroll host zanzibar is reached through the jump box pg7."
RUSSIAN = "Сервер зарплат стоит за шлюзом занзибар; ключ хранит Алёна."
SAME = (
    f"As you know: {SAID.upper()} So use it.",
    f"- **{SAID.rstrip('.')}**\n- other",
    SAID.replace(" ", "\n  "),
    json.dumps({"command": f"oldhand remember '{SAID}'"}),
    json.dumps({"text": SAID.replace(" is ", "\nis ")}),
    f"x{SAID}",
)
OTHERS = (
    "The payroll host is reached through the jump box.",
    "The payroll host zanzibar is reached through the jump box pg8.",
    "Reached through the jump box pg7.",
    "",
    "zanzibar",
)


@pytest.fixture
def known(tmp_path: Path) -> ErasedWords:
    """What knows two texts again."""
    (tmp_path / "store").mkdir()
    erased_words.note(tmp_path / "store", tmp_path, [SAID, RUSSIAN])
    return ErasedWords(tmp_path, tmp_path / "store")


@pytest.mark.parametrize("text", [*SAME[:5], RUSSIAN.upper(), RUSSIAN.replace("ё", "е"), json.dumps([RUSSIAN])])
def test_the_words_are_known_in_any_dress(known: ErasedWords, text: str) -> None:
    left = known.without(text)
    assert known.says(text) and BLANKED in left
    assert "zanzibar" not in left.lower() and "занзибар" not in left.lower()


@pytest.mark.parametrize("text", [*OTHERS, SAME[5]])
def test_what_only_is_like_it_stays(known: ErasedWords, text: str) -> None:
    assert known.without(text) == text


def test_the_rest_of_a_text_stays(known: ErasedWords) -> None:
    text = f"Before it. {SAID} After it, {RUSSIAN} the end"
    assert known.without(text) == f"Before it. {BLANKED}. After it, {BLANKED}. the end"


def test_long_sentences_are_known_by_themselves_and_short_ones_are_not(tmp_path: Path) -> None:
    erased_words.note(tmp_path, tmp_path, [f"Remember this. {SAID} Ask Olga."])
    words = ErasedWords(tmp_path, tmp_path)
    assert words.says(f"so {SAID}") and words.says(f"Remember this. {SAID} Ask Olga.")
    assert not words.says("Remember this. Ask Olga. Both are said every day")


def test_a_short_text_is_known_as_a_sentence_of_its_own_alone(tmp_path: Path) -> None:
    erased_words.note(tmp_path, tmp_path, ["Run the tests."])
    words = ErasedWords(tmp_path, tmp_path)
    for said in (
        "run the tests",
        "Well. Run the tests! Now",
        'oldhand remember "run the tests"',
        "- Run the tests\n- x",
    ):
        assert words.says(said), said
    for said in ("please run the tests again", "run the tests again", "now run the tests"):
        assert not words.says(said), said


def test_neither_the_words_nor_a_digest_without_a_key_is_kept(tmp_path: Path) -> None:
    from hashlib import blake2s

    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        erased_words.note(folder, folder, [SAID])
    kept = [(folder / erased_words.NOTE).read_text() for folder in folders]
    assert kept[0] != kept[1], "another person's key"
    keyless = erased_words._Keyed(b"")
    assert "zanzibar" not in kept[0] and blake2s(b"zanzibar").hexdigest()[:16] not in kept[0]
    for one in keyless.known(SAID, 1):
        assert one.digest not in kept[0]
    assert next(keyless.known(SAID, 1)).digest == next(erased_words._Keyed(b"").known(SAID, 1)).digest, "the control"
    assert not ErasedWords(folders[1], folders[0]).says(SAID), "the control: with another key nothing is known"
    assert ErasedWords(folders[0], folders[0]).says(SAID)
    assert (folders[0] / erased_words.NOTE).stat().st_mode & 0o777 == 0o600


def test_what_is_noted_meanwhile_counts_at_once_and_taking_back_too(tmp_path: Path) -> None:
    words = ErasedWords(tmp_path, tmp_path)
    assert words.without(SAID) == SAID
    number = erased_words.note(tmp_path, tmp_path, [SAID])
    assert words.says(SAID) and erased_words.note(tmp_path, tmp_path, [SAID]) == 0
    other = erased_words.note(tmp_path, tmp_path, [RUSSIAN])
    erased_words.take_back(tmp_path, number)
    assert not words.says(SAID) and words.says(RUSSIAN), "what another one has noted meanwhile stays"
    assert 0 < number < other


@pytest.mark.parametrize("said", ["", "{", "[]", '{"known": 1}', '{"known": [[1]], "last": 1, "carried": 0}', "\x00"])
def test_a_damaged_note_knows_nothing_and_fails_nowhere(tmp_path: Path, said: str) -> None:
    (tmp_path / erased_words.NOTE).write_text(said)
    assert ErasedWords(tmp_path, tmp_path).without(SAID) == SAID
    erased_words.note(tmp_path, tmp_path, [SAID])
    assert ErasedWords(tmp_path, tmp_path).says(SAID)


def test_where_not_all_fit_single_sentences_go_first_and_it_is_told(tmp_path: Path) -> None:
    first = "The garden gate is opened at seven o'clock. The cellar door is locked by the old caretaker."
    erased_words.note(tmp_path, tmp_path, [first])
    assert not erased_note.trouble(tmp_path), "the control"
    texts = [f"the number {number} of very many other things" for number in range(erased_words.MOST + 20)]
    erased_words.note(tmp_path, tmp_path, texts[: erased_words.MOST - 2])
    words = ErasedWords(tmp_path, tmp_path)
    assert words.says(first) and not words.says("the garden gate is opened at seven o'clock")
    assert words.says("the cellar door is locked by the old caretaker"), "the control"
    assert "1 earlier" in erased_note.trouble(tmp_path)[0]
    erased_words.note(tmp_path, tmp_path, texts[erased_words.MOST - 2 :])
    assert not words.says(first) and words.says(texts[-1])
    assert erased_words.dropped(tmp_path) == 23


DRESSED = (
    "The payroll \x1b[1mhost\x1b[0m zanzibar is reached through the \x1b[38;5;9mjump box\x1b[m pg7.",
    "The payroll host zan\x1b[31mzibar is reached through the jump box pg7.",
    "  11→The payroll host zanzibar is\n  12→reached through the jump box pg7.",
    "11\tThe payroll host zanzibar is\n12\treached through the jump box pg7.",
    "7: The payroll host zanzibar is\n8: reached through the jump box pg7.",
)


@pytest.mark.parametrize("text", DRESSED)
def test_colours_and_numbers_of_lines_do_not_hide_the_words(known: ErasedWords, text: str) -> None:
    left = known.without(f"x. {text} Stays.")
    assert "jump" not in left and left.startswith("x.") and left.endswith("Stays.")
    assert "\\" in json.dumps(text) and known.without(json.dumps(text)) != json.dumps(text)
    other = text.replace("payroll", "invoice")
    assert known.without(other) == other, "the control"


def test_a_short_text_within_a_sentence_does_not_hide_a_longer_one(tmp_path: Path) -> None:
    erased_words.note(tmp_path, tmp_path, ["the payroll host", SAID.replace("The payroll", "payroll")])
    assert "zanzibar" not in ErasedWords(tmp_path, tmp_path).without(SAID)


def test_a_long_text_is_known_to_its_end(tmp_path: Path) -> None:
    text = " ".join(f"word{number}" for number in range(1000))
    erased_words.note(tmp_path, tmp_path, [text])
    left = ErasedWords(tmp_path, tmp_path).without(f"before {text} behind")
    assert "word" not in left and left.startswith("before") and left.endswith("behind")


def test_numbers_never_fall_and_a_note_that_cannot_be_read_is_kept_aside(tmp_path: Path) -> None:
    first = erased_words.note(tmp_path, tmp_path, [SAID])
    (tmp_path / erased_words.NOTE).write_text("{")
    assert "cannot be read" in erased_note.trouble(tmp_path)[0]
    assert erased_words.note(tmp_path, tmp_path, [RUSSIAN]) > first
    assert (tmp_path / erased_note.ASIDE).read_text() == "{" and erased_note.ASIDE in erased_note.trouble(tmp_path)[0]
    (tmp_path / erased_words.NOTE).write_text("[")
    assert erased_words.note(tmp_path, tmp_path, [SAID]) > first
    assert (tmp_path / erased_note.ASIDE).read_text() == "{" and len(erased_note.trouble(tmp_path)) == 2


def test_many_texts_that_begin_alike_cost_no_more(tmp_path: Path) -> None:
    erased_words.note(
        tmp_path, tmp_path, [f"We decided that number {one} is for case {one} always" for one in range(2400)]
    )
    words = ErasedWords(tmp_path, tmp_path)
    text = "We decided that it is so. " * 4000
    words.without("x y z")
    begun = time.process_time()
    assert words.without(text) == text
    assert time.process_time() - begun < 0.5, (
        "100 kB: 0.02 s where this was measured, and 27 s with one digest for each"
    )
    assert words.says("we decided that number 77 is for case 77 always"), "the control"


def test_looking_costs_less_than_screening(tmp_path: Path) -> None:
    chosen = random.Random(7)
    vocabulary = ["".join(chosen.choices("abcdefghijklmnop", k=7)) for _ in range(5000)]
    erased_words.note(tmp_path, tmp_path, [" ".join(chosen.choices(vocabulary, k=9)) for _ in range(1000)])
    words = ErasedWords(tmp_path, tmp_path)
    texts = [" ".join(chosen.choices(vocabulary, k=250)) for _ in range(200)]
    words.without(texts[0])
    begun = time.process_time()
    for text in texts:
        words.without(text)
    assert time.process_time() - begun < 200 * 0.004, "0.2 ms each on the machine where this was measured"


# -- in use -------------------------------------------------------------------------------------------

ONE = "5f1c0001-aaaa"


def transcript(project: Project) -> Path:
    """A transcript in which it is said in every kind of field."""
    lines = [
        {"type": "user", "content": f"Please note: {SAID}"},
        {"type": "assistant", "content": [{"type": "text", "text": f"I noted that {SAID} And more."}]},
        {
            "type": "assistant",
            "content": [
                {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": f'oldhand remember "{SAID}"'}},
                {"type": "tool_use", "id": "t2", "name": "Write", "input": {"file_path": "a.md", "content": SAID}},
            ],
        },
        {"type": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": f"remembered: {SAID}"}]},
        {"type": "assistant", "content": [{"type": "text", "text": "The garden gate is painted green on Mondays."}]},
    ]
    path = project.root.parent / f"{ONE}.jsonl"
    whole = [
        {
            "type": one["type"], "sessionId": ONE, "uuid": f"u{number}", "cwd": str(project.root), "version": "2.1.0",
            "timestamp": f"2026-11-20T10:00:{number:02d}.000Z",
            "message": {"role": one["type"], "content": one["content"], "id": f"m{number}", "model": "m"},
        }
        for number, one in enumerate(lines)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(one) + "\n" for one in whole))
    return path


def in_log(project: Project, word: bytes = b"zanzibar") -> bool:
    """Whether the log of sessions holds a word."""
    project.memory.close()
    return any(word in path.read_bytes() for path in project.folder.glob("sessions.db*"))


def take(project: Project, path: Path) -> None:
    """Import a transcript by a person."""
    project.by_person("session_import", paths=[str(path)], since="2026-01-01", yes=True)


@pytest.mark.parametrize("how", ["again", "removed", "new log", "copied"])
@pytest.mark.parametrize("scope", ["project", "global"])
def test_importing_again_does_not_bring_it_back(project: Project, how: str, scope: str) -> None:
    path = transcript(project)
    take(project, path)
    assert in_log(project), "the control: it came in"
    with speaking(project) as person:
        name = call(person, "remember", {"text": SAID, "scope": scope}).memories[0].id
        call(person, "forget", {"names": [name], "scope": scope, "yes": True})
    assert not in_log(project)
    if how == "removed":
        project.by_person("session_remove", name=ONE, yes=True)
    elif how == "new log":
        for file in project.folder.glob("sessions.db*"):
            file.unlink()
    elif how == "copied":
        path = path.rename(path.with_name(f"{ONE}-copy.jsonl"))
    take(project, path)
    assert not in_log(project)
    assert in_log(project, b"garden gate"), "the control: the rest is there"


def test_a_hooks_line_that_comes_later_is_logged_without_it(project: Project) -> None:
    from oldhand.sessions.draining import drain
    from tests.sessions.made import prompted, spooled

    name = project.by_person("remember", text=SAID).memories[0].id
    project.by_person("forget", names=[name], yes=True)
    spooled(project.memory, prompted(70, f"once more, {SAID} and the garden gate"))
    drain(project.memory, 0)
    assert in_log(project, b"garden gate") and not in_log(project)


def test_an_event_that_lost_its_words_does_not_get_them_again(project: Project) -> None:
    """Also when only nearly all its words were said, which no digest knows."""
    near = "the payroll host zanzibar is reached via the jump box pg7"
    log = project.memory.session_log()
    log.add(ONE, [Event("reply", 1, "k", f"I think {near}"), Event("reply", 2, "l", "other")])
    name = project.by_person("remember", text=SAID).memories[0].id
    project.by_person("forget", names=[name], yes=True)
    assert not in_log(project)
    log = project.reopened().session_log()
    log.add(ONE, [Event("reply", 1, "k", f"I think {near} and much more of it", detail={"what": near})])
    log.add(ONE, [Event("reply", 2, "l", "other and more")])
    assert not in_log(project) and in_log(project, b"other and more")


def test_nothing_is_learned_from_what_lacks_forgotten_words(project: Project) -> None:
    from oldhand.sessions.capturing import _own

    assert _own(f"Always use {BLANKED} for it", []) and not _own("Always use pnpm for it", [])


def test_what_was_not_forgotten_after_all_is_not_hidden(project: Project) -> None:
    from oldhand.errors import Refused

    with speaking(project) as person:
        name = call(person, "remember", {"text": SAID}).memories[0].id
    with pytest.raises(Refused):
        project.call("forget", names=[name], yes=True)
    log = project.memory.session_log()
    log.add(ONE, [Event("reply", 1, "k", SAID)])
    assert in_log(project)
