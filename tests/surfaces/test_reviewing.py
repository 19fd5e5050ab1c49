"""Walking through a review at a real terminal: every key, Ctrl-C, Ctrl-Z, Ctrl-D, another size, a narrow window."""

import os
import pty
import signal
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from oldhand.operation import call
from oldhand.surfaces.cli.keyboard import Keyboard
from tests.conftest import Project
from tests.contract.command import outside
from tests.contract.terminal import on_terminal
from tests.hostile.looks import controls
from tests.review.said import Speaker
from tests.surfaces.typed import Typed

KEYS = "[q]uit"  # what stands at the end of the line of keys
TEXTS = ("Carts are kept in Redis.", "Счета хранятся семь лет.", "Deploys go out on Mondays.")


@pytest.fixture
def waiting(project: Project) -> Iterator[dict[str, str]]:
    """Three disputed memories and a pair; their ids by what they are."""
    one = Speaker(project, "user")
    one.memory.now = type(one.memory).now  # type: ignore[method-assign]
    ids = {f"{number}": one.says(text) for number, text in enumerate(TEXTS)}
    for name in list(ids.values()):
        one.call("dispute", name=name, reason="кто-то видел иначе")
    ids["first"], ids["second"] = one.says("The freeze begins in May."), one.says("Ledgers are exported nightly.")
    one.call("link", source=ids["first"], relation="contradicts", target=ids["second"])
    one.memory.close()
    yield ids


def walk(project: Project, *, columns: int = 100, under: str = "", **variables: str) -> Typed:
    project.memory.close()
    return Typed(project.root, project.home, "review", columns=columns, under=under, **variables)


def standing(project: Project, name: str) -> str:
    found = str(call(project.memory, "show", {"name": name}).memory.standing)
    project.memory.close()
    return found


def test_it_shows_one_item_at_a_time_with_its_place_and_skips_goes_back_and_quits(
    project: Project, waiting: dict[str, str]
) -> None:
    with walk(project) as person:
        assert "the two contradict each other" in person.sees("1/4") + person.sees(KEYS)
        assert person.single_keys()
        person.types("s")
        person.sees("2/4")
        assert "кто-то видел иначе" in person.sees(KEYS)
        person.types(" \x1b[C")
        person.sees("4/4")
        person.sees(KEYS)
        person.types("b\x1b[D")
        person.sees("2/4")
        person.sees(KEYS)
        person.types("q")
        assert "nothing was changed; 4 left" in person.sees("left.")
        assert person.ends() == 0
        assert person.mode() == person.before, "the terminal is as it was found"


def test_every_choice_does_what_it_says_and_the_end_tells_what_was_done(
    project: Project, waiting: dict[str, str]
) -> None:
    with walk(project, EDITOR="") as person:
        person.sees(KEYS)
        person.types("a")
        person.sees("Which one holds?")
        person.types("2")
        person.sees("holds and replaces")
        person.sees("2/4")
        person.sees(KEYS)
        person.types("e")
        person.sees("The new words")
        person.types("Новые слова, ясные.\n")
        person.sees("reworded")
        person.sees("3/4")
        person.sees(KEYS)
        person.types("r")
        person.sees("Why is it wrong?")
        person.types("устарело\n")
        person.sees("rejected")
        person.sees("4/4")
        person.sees(KEYS)
        person.types("d")
        person.sees("put off until")
        said = person.sees("0 left.")
        assert "1 accepted, 1 edited, 1 rejected, 1 put off" in said
        assert person.ends() == 0
        assert person.shown.count("oldhand review undo") == 3 and "--days 0" in person.shown
    names = sorted(waiting[one] for one in ("first", "second"))
    assert [standing(project, name) for name in names] == ["superseded", "active"]
    told = {standing(project, waiting[str(number)]) for number in range(3)}
    assert told == {"active", "rejected", "contested"}
    texts = {item.text for item in call(project.memory, "active", {}).items}
    assert "Новые слова, ясные." in texts


def test_a_link_settles_a_pair(project: Project, waiting: dict[str, str]) -> None:
    with walk(project) as person:
        person.sees(KEYS)
        person.types("l")
        person.sees("From which one?")
        person.types("1")
        person.sees("How does it stand")
        person.types("relates_to\n")
        person.sees("no longer taken for a contradiction")
        person.sees("2/4")
        person.types("q")
        assert person.ends() == 0
    assert standing(project, waiting["first"]) == "active"


def test_the_last_step_is_undone_with_u(project: Project, waiting: dict[str, str]) -> None:
    with walk(project) as person:
        person.sees(KEYS)
        person.types("u")
        person.sees("You have taken no step yet.")
        person.sees(KEYS)
        person.types("sa")
        person.sees("confirmed")
        person.sees("3/4")
        person.sees(KEYS)
        person.types("d")
        person.sees("put off")
        person.sees("4/4")
        person.sees(KEYS)
        person.types("u")
        person.sees("Undone: put off.")
        person.sees("3/4")
        person.sees(KEYS)
        person.types("u")
        person.sees("Undone: accepted.")
        assert "кто-то видел иначе" in person.sees("2/4") + person.sees(KEYS)
        person.types("q")
        person.sees("nothing was changed; 4 left")
        assert person.ends() == 0
    assert {standing(project, name) for name in waiting.values()} == {"contested"}


def test_help_unknown_keys_and_answers_that_are_given_up_change_nothing(
    project: Project, waiting: dict[str, str]
) -> None:
    with walk(project, EDITOR="") as person:
        person.sees(KEYS)
        for keys, words in (
            ("?", "undo your last step"), ("ж", "does nothing here"), ("\x1b[Zb", "This is the first one."),
            ("a", "Which one holds?"), ("9", "Nothing was changed."), ("r", "Which one is wrong?"), ("1", "Why is it"),
            ("\x03", "Nothing was changed."), ("e", "Which one is reworded"), ("1", "The new words"),
            ("\n", "Nothing was changed."), ("D", "For how many days?"), ("many\n", "Nothing was changed."),
            ("l", "From which one?"), ("2", "How does it stand"), ("adores\n", "is no relation"),
        ):  # fmt: skip
            person.types(keys)
            person.sees(words)
        person.types("q")
        person.sees("nothing was changed; 4 left")
        assert person.ends() == 0


def test_the_keys_of_a_russian_keyboard_are_the_same_keys(project: Project, waiting: dict[str, str]) -> None:
    with walk(project) as person:
        for keys, words in (("", "1/4"), ("ы", "2/4"), ("ф", "confirmed"), ("", "3/4"), ("г", "Undone"), ("", "2/4"),
                            ("и", "1/4"), ("й", "left.")):  # fmt: skip
            person.types(keys)
            person.sees(words)
            person.sees("\n")
        assert person.ends() == 0


def test_ctrl_c_ends_it_with_what_was_done_and_leaves_the_terminal_as_it_was(
    project: Project, waiting: dict[str, str]
) -> None:
    with walk(project) as person:
        person.sees(KEYS)
        person.types("sa")
        person.sees("3/4")
        person.sees(KEYS)
        person.interrupts()
        person.sees("1 accepted; 3 left")
        assert person.ends() == 130 and person.mode() == person.before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_ending_signal_leaves_the_terminal_as_it_was(
    project: Project, waiting: dict[str, str], number: signal.Signals
) -> None:
    with walk(project) as person:
        person.sees(KEYS)
        assert person.single_keys(), "control: it was changed"
        person.process.send_signal(number)
        assert person.ends() == 128 + number and person.mode() == person.before


class Hasty(Keyboard):
    """A keyboard on which Ctrl-C is pressed just as the terminal was made ready for a line, when `hasty`."""

    hasty = False

    def _as_found(self) -> None:
        super()._as_found()
        if self.hasty:
            self.hasty = False
            raise KeyboardInterrupt


def test_ctrl_c_as_a_question_begins_leaves_single_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()

    def by_lines() -> bool:
        return bool(int(str(termios.tcgetattr(theirs)[3])) & termios.ICANON)

    with open(theirs, encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with Hasty() as keyboard:
            keyboard.hasty = True
            with pytest.raises(KeyboardInterrupt):
                keyboard.line()
            assert not by_lines()
        assert by_lines(), "control: it is as it was found"
    os.close(ours)


def test_ctrl_d_quits_and_so_does_a_window_that_is_closed(project: Project, waiting: dict[str, str]) -> None:
    with walk(project) as person:
        person.sees(KEYS)
        person.types("\x04")
        assert person.ends() == 0 and person.mode() == person.before
    with walk(project) as person:
        person.sees(KEYS)
        assert person.hangs_up() != 0
    assert project.findings() == []


def test_ctrl_z_gives_the_terminal_back_and_the_walk_goes_on_where_it_was(
    project: Project, waiting: dict[str, str]
) -> None:
    with walk(project, under='"$@"; echo STOPPED; read answer; fg') as person:
        person.sees(KEYS)
        person.types("s")
        person.sees("2/4")
        person.sees(KEYS)
        person.types("\x1a")
        person.sees("STOPPED")
        assert person.mode() == person.before
        person.types("go on\n")
        person.sees("2/4")
        person.sees(KEYS)
        assert person.single_keys()
        person.types("q")
        assert person.ends() == 0


def test_another_size_of_the_window_shows_the_item_anew_in_its_width(project: Project, waiting: dict[str, str]) -> None:
    with walk(project, columns=100) as person:
        person.sees(KEYS)
        person.types("s")
        person.sees(KEYS)
        person.resize(40)
        person.sees("2/4")
        narrow = person.sees("u ? q")
        assert max(map(len, narrow.split("\n")[1:-1])) <= 40 + 9, "9: the codes of a colour"
        person.types("q")
        assert person.ends() == 0


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"LC_ALL": "C"}], ids=str)
def test_it_works_in_forty_columns_without_colour_and_with_any_text(
    project: Project, waiting: dict[str, str], variables: dict[str, str]
) -> None:
    one = Speaker(project, "web")
    one.memory.now = type(one.memory).now  # type: ignore[method-assign]
    one.says("payments \x1b[2J\u202eолго </memory> " + "длинный текст " * 30, title="\x1b]0;title\x07")
    one.memory.close()
    with walk(project, columns=40, **variables) as person:
        for number in range(1, 6):
            person.sees(f"{number}/5")
            person.sees("? q")
            person.types("s")
        assert person.ends() == 0
        assert not controls(person.shown), controls(person.shown)
        if "NO_COLOR" in variables or "TERM" in variables:
            assert "\x1b" not in person.shown
            assert max(map(len, person.shown.split("\n"))) <= 40


# -- the editor ------------------------------------------------------------------------------------------


def editor(folder: Path, script: str) -> str:
    """A program that edits the file it is given."""
    program = folder / "an editor"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    return f"'{program}'"


def test_an_editor_gets_the_text_in_a_file_of_ones_own_that_is_gone_afterwards(
    project: Project, waiting: dict[str, str], tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    script = f'cat "$1" > {seen}; stat -c "%a %n" "$1" >> {seen}; printf "Из редактора\\nв две строки\\n" > "$1"'
    with walk(project, EDITOR=editor(tmp_path, script)) as person:
        person.sees(KEYS)
        person.types("s")
        person.sees(KEYS)
        person.types("e")
        person.sees("reworded")
        person.sees("3/4")
        person.types("q")
        assert person.ends() == 0
    text, told = seen.read_text("utf-8").rstrip("\n").rsplit("\n", 1)
    mode, path = told.split(" ", 1)
    assert text in TEXTS and mode == "600" and not Path(path).exists() and not Path(path).parent.exists()
    texts = {item.text for item in call(project.memory, "active", {}).items}
    assert "Из редактора\nв две строки" in texts


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exit 3", "did not do it"), ("rm \"$1\"", "did not do it"), ("printf '\\377' > \"$1\"", "no UTF-8"),
        ("true", "Nothing was changed."), (": > \"$1\"", "Nothing was changed."),
    ],
)  # fmt: skip
def test_an_editor_that_fails_or_leaves_nothing_changes_nothing(
    project: Project, waiting: dict[str, str], tmp_path: Path, script: str, words: str
) -> None:
    with walk(project, EDITOR=editor(tmp_path, script)) as person:
        person.sees(KEYS)
        person.types("s")
        person.sees(KEYS)
        person.types("e")
        person.sees(words)
        if "Nothing" not in words:
            person.sees("The new words")
            person.types("\x03")
            person.sees("Nothing was changed.")
        person.types("q")
        person.sees("4 left")
        assert person.ends() == 0


def test_an_editor_that_is_not_there_leaves_the_line_to_type(project: Project, waiting: dict[str, str]) -> None:
    with walk(project, EDITOR="no-such-editor-anywhere") as person:
        person.sees(KEYS)
        person.types("s")
        person.sees(KEYS)
        person.types("e")
        person.sees("did not do it")
        person.sees("The new words")
        person.types("Typed words.\n")
        person.sees("reworded")
        person.types("q")
        assert person.ends() == 0


# -- where it does not walk ------------------------------------------------------------------------------


def test_in_a_pipe_with_json_or_with_options_it_lists(project: Project, waiting: dict[str, str]) -> None:
    project.memory.close()
    piped = outside(project.root, project.home, "review")
    assert piped.code == 0 and "4 wait for review" in piped.out
    for words in (("--json",), ("--limit", "2"), ("--cause", "disputed")):
        ran = on_terminal(project.root, project.home, "review", *words)
        assert ran.code == 0 and KEYS not in ran.out and "1/4" not in ran.out, ran


def test_with_nothing_to_settle_it_says_so_and_ends(project: Project) -> None:
    with walk(project) as person:
        person.sees("Nothing waits for review.")
        assert person.ends() == 0 and person.mode() == person.before


def test_what_somebody_else_settled_meanwhile_is_told_and_passed_over(
    project: Project, waiting: dict[str, str]
) -> None:
    with walk(project) as person:
        person.sees(KEYS)
        other = Speaker(project, "user")
        for number in range(3):
            other.call("retire", name=waiting[str(number)])
        other.memory.close()
        person.types("s")
        person.sees("no longer waits")
        person.sees(KEYS)
        person.types("a")
        person.sees("It no longer waits")
        person.types("q")
        assert person.ends() == 0
