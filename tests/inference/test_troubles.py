"""Messages that correct an agent, commands that take work back, and what only looks so."""

import pytest

from oldhand.model.session import CALL, COMMAND, PROMPT, Event
from oldhand.sessions.troubles import corrects, takes_back


@pytest.mark.parametrize("text", [
    "No, use the other port.", "no that's the old file", "Wrong file.", "That's not what I asked for", "Undo that",
    "revert the last change", "Нет, порт другой.", "не так, верни как было", "Откати это", "We always use pnpm here.",
])  # fmt: skip
def test_a_person_corrects(text: str) -> None:
    assert corrects(Event(PROMPT, text=text))


@pytest.mark.parametrize("text", [
    "No problem, go on.", "no worries", "Now add a test.", "Note the port.", "Нет проблем, дальше.", "Thanks!",
    "Stopwatch tests fail, why?", "What is wrong here?", "Нетто или брутто?", "", "none of these",
    "[Request interrupted",
])  # fmt: skip
def test_other_messages_do_not(text: str) -> None:
    assert not corrects(Event(PROMPT, text=text))
    assert not corrects(Event(PROMPT, text="No, wrong.", detail={"automatic": True}))


@pytest.mark.parametrize("command", [
    "git checkout -- src/a.py", "git checkout HEAD -- a", "cd x && git reset --hard HEAD~1", "git restore a.py",
    "git revert abc", "git stash drop", "git clean -fd", "git -C x checkout -- a",
])  # fmt: skip
def test_work_is_taken_back(command: str) -> None:
    assert takes_back(Event(CALL, text=command, tool=COMMAND))


@pytest.mark.parametrize("command", [
    "git checkout main", "git checkout -b x", "git restore --staged a.py", "git reset a.py", "git stash", "git log",
    "git clean -n", "echo revert",
])  # fmt: skip
def test_other_commands_do_not(command: str) -> None:
    assert not takes_back(Event(CALL, text=command, tool=COMMAND))
    assert not takes_back(Event(PROMPT, text="git revert abc"))
