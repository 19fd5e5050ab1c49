"""Logs made for tests of inference: sessions of both arms, with an effect of memory that is known."""

from random import Random

from oldhand.model.session import PROMPT, Event, Session
from oldhand.sessions.arms import Lived
from oldhand.store.session_log import Noted
from oldhand.store.session_rows import Injection
from tests.conftest import Project
from tests.sessions.made import AT, command

HOUR_MS = 3_600_000


def lived(draw: Random, sessions: int, harm_without: float = 1.0, memory: str = "") -> list[Lived]:
    """Sessions whose arm is drawn. harm_without: how many times as many corrections there are without memory."""
    found = []
    for number in range(sessions):
        withheld = draw.random() < 0.5
        prompts = draw.randint(3, 12)
        chance = 0.15 * draw.choice((0.5, 1.0, 1.5)) * (harm_without if withheld else 1.0)
        corrections = sum(draw.random() < chance for _ in range(prompts))
        calls = draw.randint(10, 80)
        failures = sum(draw.random() < 0.1 for _ in range(calls))
        reverts = sum(draw.random() < 0.2 for _ in range(3))
        due = {memory: AT} if memory else {}
        troubles = (AT + 1,) * (corrections + reverts)
        found.append(
            Lived(
                f"s-{number}", withheld, due, prompts, calls, corrections, failures, reverts,
                int(draw.lognormvariate(10, 0.5)), troubles,
            )
        )  # fmt: skip
    return found


def session(
    project: Project, name: str, start: int, memories: tuple[str, ...], withheld: bool, corrected: bool,
    folder: str = "/srv/shop",
) -> None:  # fmt: skip
    """Put a session into the log in which something was due at its start, with a failing command and two prompts."""
    at = start + 10_000
    prompts = ["Please make the build pass.", "No, that's not what I meant." if corrected else "Thanks, go on."]
    events = [Event(PROMPT, at + 60_000 * n, f"{name}-p{n}", text) for n, text in enumerate(prompts)]
    events += [
        event._replace(at=at + 30_000, key=f"{name}-{event.key}", call=f"{name}-{event.call}")
        for event in command(1, "make build", 2, "error: no rule")
    ]
    told = Injection(name, start + 1000, "SessionStart", "", "", memories, 0 if withheld else 40, withheld, f"{name}-i")
    project.memory.session_log().note(
        Noted((Session("claude", name, folder, start),), tuple((name, event) for event in events), (told,))
    )
