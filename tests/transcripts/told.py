"""What a transcript tells, as tests look at it."""

from collections import Counter
from pathlib import Path

from oldhand.sessions.record import Event, Session
from oldhand.sessions.transcripts import Reading, recognise

SAMPLES = Path(__file__).parent / "samples"
CLAUDE = SAMPLES / "claude" / "5f0c7b1e-0000-4000-8000-000000000001.jsonl"
CLAUDE_OF_A_SUBAGENT = CLAUDE.with_suffix("") / "subagents" / "agent-ab12.jsonl"
CLAUDE_OLD = SAMPLES / "claude" / "5f0c7b1e-0000-4000-8000-000000000002.jsonl"
CODEX, CODEX_OF_EVENTS, CODEX_OLDEST = (
    next(SAMPLES.glob(f"codex/sessions/{day}/*.jsonl")) for day in ("2026/06/01", "2026/03/01", "2025/06/01")
)
GEMINI = next(SAMPLES.glob("gemini/tmp/shop/chats/*.jsonl"))
GEMINI_DOCUMENT = next(SAMPLES.glob("gemini/tmp/shop/chats/*.json"))
COPILOT = next(SAMPLES.glob("copilot/session-state/*/events.jsonl"))
SPECSTORY, SPECSTORY_OLD = (next(SAMPLES.glob(f"specstory/.specstory/history/{year}*.md")) for year in (2026, 2025))
SWEAGENT = SAMPLES / "sweagent" / "shop__cart-7.traj"
EVERY = {
    "claude": (CLAUDE, CLAUDE_OF_A_SUBAGENT, CLAUDE_OLD),
    "codex": (CODEX, CODEX_OF_EVENTS, CODEX_OLDEST),
    "gemini": (GEMINI, GEMINI_DOCUMENT),
    "copilot": (COPILOT,),
    "specstory": (SPECSTORY, SPECSTORY_OLD),
    "sweagent": (SWEAGENT,),
}


def told(path: Path, reading: Reading | None = None) -> tuple[Session, list[Event]]:
    """The one session of a file and its events."""
    reader = recognise(path)
    assert reader, f"{path.name} is not recognised"
    [(session, events)] = [(session, list(events)) for session, events in reader.sessions(path, reading)]
    return session, events


def of(events: list[Event], kind: str) -> list[Event]:
    """The events of one kind."""
    return [event for event in events if event.kind == kind]


def counted(events: list[Event]) -> dict[str, int]:
    """How many events of each kind there are."""
    return dict(Counter(event.kind for event in events))
