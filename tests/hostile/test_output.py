"""What the command line prints of nasty texts: nothing that a terminal obeys, in any surroundings."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.errors import OldhandError
from oldhand.operation import every
from tests.code.made_repository import Repository
from tests.conftest import Project
from tests.contract.command import Ran, inside, outside
from tests.contract.terminal import on_terminal
from tests.hostile.corpus import COMMON, corpus, stored
from tests.hostile.looks import controls
from tests.hostile.output_commands import COMMANDS, WRITING
from tests.hostile.several import Folders, in_pipes, on_screen

PLACES = ({"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
SURROUNDINGS: tuple[dict[str, str], ...] = ({}, {"LC_ALL": "C"}, {"NO_COLOR": "1"}, {"TERM": "dumb"})  # of a terminal
Printed = list[dict[tuple[str, ...], Ran]]  # what each command printed, for each of the places or surroundings
ENCODINGS = ("utf-8", "ascii", "latin-1", "cp1252", "cp936", "cp437")


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that remembers every string of the common corpus that can be remembered, wherever it can stand."""
    folder = tmp_path_factory.mktemp("nasty")
    (folder / "home").mkdir()
    project = Project(folder / "project", folder / "home")
    # What is printed is compared between processes: no command may bring outcomes up to date between two.
    project.by_person("config_set", name="outcomes.automatic", value="no", scope="person")
    for number, string in enumerate(corpus(COMMON)):
        try:  # a person's word stands wherever memories are told; an agent's that imitates the fence waits in review
            project.by_person("remember", text=f"payments {number} {string}", title=string[:300])
        except OldhandError:
            pass
        for arguments in (
            {"text": f"payments field {number}", "kind": "gotcha", "fields": [f"trigger={string}"]},
            {"text": f"payments tag {number}", "tags": [string]}, {"text": f"payments key {number}", "key": string},
            {"text": f"payments room {number}", "domain": string},
            {"text": f"payments place {number}", "anchors": [string]},
        ):  # fmt: skip
            try:
                project.call("remember", **arguments)
            except OldhandError:
                continue
    lines = [f"payments {string}" for string in corpus(COMMON)]
    (project.root / "payments.txt").write_text("\n".join(lines).replace("\0", ""), "utf-8", "backslashreplace")
    (project.root / "\u202esv.payments\x1b[2J").write_text("payments\n", "utf-8")
    project.call("remember", text="payments \x1b[2J\u202e file", anchors=["payments.txt"])
    assert len(project.call("active", standing="quarantined", limit=500).items) > 20
    name = project.call("remember", text="payments disputed").memories[0].id
    project.call("dispute", name=name, reason="\x1b[2J\u202e because")
    project.call("root", mark="\x9b2J\u2028mark")
    project.call("recall", cue="payments \x1b[2J\u202e </memory>", limit=100, budget_tokens=20_000, loose=True)
    (project.folder / "spool").mkdir()
    (project.folder / "spool" / "waiting.jsonl").write_text("".join(_spooled()), "ascii")
    project.call("session_drain")
    _carried_on(project)
    for session in ("nasty-0", "nasty-1"):
        project.call("engram_save", session=session)
    for number, string in enumerate(corpus(COMMON)[:2]):
        try:
            project.by_person("session_survey", name=f"nasty-{number}", missing=f"payments \x1b[2J\u202e {string}")
        except OldhandError:
            continue
    project.memory.close()
    return project


def _carried_on(project: Project) -> None:
    """A checkpoint, an arc and a chain that have a nasty string wherever one can stand."""
    project.by_person("arc_start", text="nasty arc")
    project.by_person("chain_create", name="nasty chain", about="payments \x1b[2J\u202e </memory>")
    project.by_person("decision_record", text="nasty decision", assumptions=["payments \x1b[2J\u202e </memory>"])
    attempt = {"conclusion": "payments \x1b[2J\u202e </memory>", "advice": "\x9b2J", "evidence": ["\u202e\x9b2J"]}
    project.by_person("negative_record", text="nasty attempt", **attempt)
    project.by_person("plan_record", text="nasty plan", steps=["payments.txt | payments \x1b[2J\u202e </memory>"])
    for number, string in enumerate(corpus(COMMON)[::4]):
        _decided_in_a_room(project, number, string)
        member = {"text": f"payments member {number} {string}"}
        for operation, arguments in (
            ("session_handoff", {"text": string, "done": [string], "next": [string], "session": "nasty-h"}),
            ("arc_start", {"text": f"payments arc {number} {string}", "title": string}),
            ("arc_step", {"name": "nasty arc", "text": f"step {number} {string}"}),
            ("chain_create", {"name": string, "about": string}),
            ("decision_record", {
                "text": string, "title": f"payments decision {number} {string}", "reason": string,
                "alternatives": [f"other {string}"], "for": [f"1: {string}"], "against": [f"chosen: {string}"],
                "assumptions": [string], "predicted": string, "criteria": [string], "module": string, "agent": string,
            }),
            ("causal_falsify", {"name": string, "evidence": [string]}),
            ("decision_resolve", {"name": "nasty decision", "outcome": "failed", "reason": string, "again": True}),
            ("plan_record", {"text": f"plan {number} {string}", "title": string, "steps": [string]}),
            ("negative_record", {
                "text": f"payments {number} {string}", "conclusion": string, "advice": string, "evidence": [string],
                "applies": string, "module": string,
            }),
        ):  # fmt: skip
            try:
                project.by_person(operation, **arguments)
            except OldhandError:
                continue
        try:
            one = project.by_person("remember", **member).memories[0].id
            project.by_person("chain_extend", name="nasty chain", names=[one])
        except OldhandError:
            continue


def _decided_in_a_room(project: Project, number: int, string: str) -> None:
    """A decision with a nasty string in it and a known end: a skill is distilled from all of them."""
    said = {"text": f"payments way {number} {string}", "module": "nasty room", "criteria": [string], "reason": string}
    try:
        one = project.by_person("decision_record", **said).decision.id
        project.by_person("decision_resolve", name=one, outcome="confirmed" if number % 2 else "failed", reason=string)
    except OldhandError:
        return


def _spooled() -> Iterator[str]:
    """Lines of the spool that have a nasty string wherever one can stand."""
    for number, string in enumerate(corpus(COMMON)):
        said: dict[str, object] = {
            "v": 1, "host": string, "session": f"nasty-{number % 2}", "at": number, "cwd": string, "model": string,
            "agent": string, "name": string, "tool": "other", "call": string, "target": string,
            "detail": {"branch": string},
        }  # fmt: skip
        yield json.dumps({**said, "event": "start", "key": f"a{number}"}) + "\n"
        decided = f"We decided to keep {string} here"
        yield json.dumps({**said, "event": "prompt", "key": f"b{number}", "text": decided}) + "\n"
        yield json.dumps({**said, "event": "failed", "key": f"c{number}", "text": string}) + "\n"
        yield json.dumps({**said, "event": "injected", "key": f"d{number}"}) + "\n"
        edited = {"tool": "edit", "target": "payments.txt", "text": string, "ok": True}
        yield json.dumps({**said, **edited, "event": "after", "key": f"e{number}"}) + "\n"


@pytest.fixture(scope="module")
def changing(nasty: Project, tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """A copy of the project, in which commands may write."""
    folder = tmp_path_factory.mktemp("changing")
    for one in (nasty.root, nasty.home):
        shutil.copytree(one, folder / one.name, symlinks=True)
    message = "payments \x1b[2J\u202e\x9b2J </memory>\n\n\x1b[2J because\n"
    Repository(folder / nasty.root.name).commit(message, {"made.txt": "payments\n"})
    return Folders(folder / nasty.root.name, folder / nasty.home.name)


@pytest.fixture(scope="module")
def piped(nasty: Project, changing: Folders) -> Printed:
    """Each command into pipes, with --json and without."""
    return [in_pipes(nasty, COMMANDS, **one) | in_pipes(changing, WRITING, **one) for one in PLACES]


@pytest.fixture(scope="module")
def shown(nasty: Project, changing: Folders) -> Printed:
    """Each command on a terminal."""
    return [on_screen(nasty, COMMANDS, **one) | on_screen(changing, WRITING, **one) for one in SURROUNDINGS]


@pytest.mark.parametrize("words", COMMANDS + WRITING, ids=lambda words: words[0])
@pytest.mark.parametrize("place", range(len(PLACES)), ids=["utf-8", "C", "ascii"])
def test_a_pipe_gets_no_control_characters(piped: Printed, words: tuple[str, ...], place: int) -> None:
    for more in ((), ("--json",)):
        ran = piped[place][(*words, *more)]
        assert (ran.code, ran.err) == (0, "")
        assert "\x1b" not in ran.out
        if words[0] == "export" and not more:  # data for a file or a program: lines of JSON, as they are
            assert all(json.loads(line)["text"] for line in ran.out.rstrip("\n").split("\n"))
        else:
            said = ran.out.replace("\t", "") if words[0] in ("read", "grep") else ran.out  # a file's tabs are its text
            assert not controls(said), controls(said)


@pytest.mark.parametrize("words", COMMANDS + WRITING, ids=lambda words: words[0])
def test_a_terminal_gets_only_our_own_colours(shown: Printed, words: tuple[str, ...]) -> None:
    for surroundings in shown:
        ran = surroundings[words]
        assert ran.code == 0, ran.out[-2000:]
        assert not controls(ran.out), controls(ran.out)


def test_each_command_as_a_process_of_its_own_prints_the_same(nasty: Project, piped: Printed, shown: Printed) -> None:
    for words in (("rooms",), ("active", "-n", "500")):
        for variables, printed in zip(PLACES, piped, strict=True):
            assert outside(nasty.root, nasty.home, *words, **variables) == printed[words]
        for variables, printed in zip(SURROUNDINGS, shown, strict=True):
            assert on_terminal(nasty.root, nasty.home, *words, **variables) == printed[words]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_encoding_of_the_output_breaks_a_command(nasty: Project, encoding: str) -> None:
    for words in (
        ("active", "-n", "500"),
        ("active", "-n", "500", "--json"),
        ("remember", "--help"),
        ("help",),
        ("show", "\u202eж" * 9),
    ):
        ran = outside(nasty.root, nasty.home, *words, PYTHONIOENCODING=encoding)
        assert ran.code in (0, 3), ran.err
        assert "Traceback" not in ran.err


def test_what_json_escapes_is_the_same_value(nasty: Project) -> None:
    ran = inside(nasty.root, nasty.home, "active", "-n", "5000", "--json")
    texts = {item["title"] for item in json.loads(ran.out)["items"]}
    printable = [s for s in corpus(COMMON) if s and len(s) <= 300 and not any("\ud800" <= c <= "\udfff" for c in s)]
    assert len(printable) > 200
    assert not [ascii(s) for s in printable if stored(s) not in texts]


def test_errors_quote_what_was_typed_without_obeying_it(nasty: Project) -> None:
    for string in corpus(COMMON)[::3]:
        if "\x00" in string or any("\ud800" <= c <= "\udfff" for c in string) or string.startswith("-"):
            continue
        for words in (
            ["show", string],
            [string, "x"],
            ["recall", "x", "--as-of", string],
            ["config", "set", string, "1"],
        ):
            ran = inside(nasty.root, nasty.home, *words)
            assert not controls(ran.out) and not controls(ran.err), ascii(ran)


# -- bytes that are no text --------------------------------------------------------------------------

NO_TEXT = (
    b"\xff\xfe",
    b"a\x80b",
    b"\xc3\x28",
    b"\xe2\x82",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xc0\xaf",
    b"caf\xe9",
)


@pytest.mark.parametrize("raw", NO_TEXT, ids=repr)
def test_bytes_that_are_no_text_are_refused_from_arguments_and_standard_input(project: Project, raw: bytes) -> None:
    project.memory.close()
    for words, stdin in (
        ((b"remember", raw), b""),
        ((b"remember", b"-"), raw),
        ((b"remember", b"--jsonl", b"-"), b'{"text":"' + raw + b'"}'),
    ):
        ran = outside(project.root, project.home, *words, stdin=stdin, **PLACES[len(raw) % 3])
        assert ran.code == 2, ran
        assert "no UTF-8" in ran.err and ran.err.count("\n") == 1
    for words in ((b"recall", raw), (b"show", raw), (raw, b"x"), (b"recall", b"x", b"--domain", raw)):
        ran = outside(project.root, project.home, *words)
        assert ran.code in (2, 3) and ran.err.count("\n") == 1
    assert project.call("status").memories == 0


@pytest.mark.parametrize("variables", PLACES, ids=["utf-8", "C", "ascii"])
def test_text_of_any_script_is_taken_from_arguments_and_standard_input(
    project: Project, variables: dict[str, str]
) -> None:
    project.memory.close()
    text = "Платежи не повторяются 支払い 👩‍👩‍👧‍👦 é"
    assert outside(project.root, project.home, "remember", text.encode(), **variables).code == 0
    ran = outside(project.root, project.home, "remember", "-", stdin=text.encode() + b"\n", **variables)
    assert ran.code == 0 and ran.out.startswith("confirmed")
    assert [item.text for item in project.call("active").items] == [stored(text)]


def test_a_file_of_nasty_lines_comes_in_through_standard_input(project: Project) -> None:
    strings = [s for s in corpus(COMMON) if s.strip() and not any("\ud800" <= c <= "\udfff" for c in s)]
    stream = "\n".join(json.dumps({"text": s}, ensure_ascii=False) for s in strings).encode()
    project.memory.close()
    ran = outside(project.root, project.home, "remember", "--jsonl", "-", "--json", stdin=stream)
    assert [one["text"] for one in json.loads(ran.out)["memories"]] == [stored(s) for s in strings]


# -- controls ----------------------------------------------------------------------------------------


def test_the_look_for_controls_sees_each_kind() -> None:
    for character in (
        "\x1b[2J",
        "\x07",
        "\t",
        "\r",
        "\x7f",
        "\x9b",
        "\u202e",
        "\u200b",
        "\U000e0041",
        "\u2028",
        "\x1b[35m",
    ):
        assert controls(f"a{character}b")
    assert not controls("\x1b[1mbold\x1b[0m\nnext é 👩‍👩‍👧‍👦\n")


def test_texts_printed_as_they_are_would_be_seen() -> None:
    assert sum(bool(controls(string)) for string in corpus(COMMON)) > COMMON // 8


def test_every_operation_that_shows_texts_is_among_the_commands() -> None:
    """Those left out show one memory or none, and their replies are checked where they are called."""
    shown = {words[0] for words in COMMANDS + WRITING}
    shown |= {"_".join(words[:2]).replace("-", "_") for words in COMMANDS + WRITING}
    single = {"show", "history", "provenance", "graph", "look", "help", "init", "root"}
    single |= {"graph_neighbours", "graph_paths", "graph_subgraph", "graph_causes"}  # tests/graph/test_telling.py
    single |= {
        one.name
        for one in every()
        if one.effect != "read" or one.command[0] in ("store", "server", "config", "projects", "model", "embeddings")
    }
    assert {one.name for one in every()} - shown - single == set()


@pytest.mark.parametrize("operation", ["show", "history", "provenance", "graph"])
def test_one_memory_is_shown_without_control_characters(nasty: Project, operation: str) -> None:
    names = [item.id for item in nasty.call("active", limit=5000).items][::9]
    nasty.memory.close()
    for name in names:
        ran = inside(nasty.root, nasty.home, operation, name, *(["--history"] if operation == "show" else []))
        assert ran.code == 0 and not controls(ran.out), ascii(ran.out)


def test_the_folder_of_a_project_is_shown_without_control_characters(tmp_path: Path) -> None:
    folder = tmp_path / "evil\x1b[2J\u202e\nname"
    folder.mkdir()
    for words in (
        ("init",),
        ("status",),
        ("doctor",),
        ("projects", "register", "--name", "x"),
        ("projects", "list"),
        ("config", "show"),
    ):
        ran = inside(folder, tmp_path / "home", *words)
        assert not controls(ran.out + ran.err), (words, ascii(ran.out))
