"""How git's hooks for engrams stand, and what they noted that still waits. Nothing is changed and nothing is started
but git."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.errors import NoGit
from oldhand.sessions import engram_hooks
from oldhand.sessions.engram_hooks import CALLS_ELSE, CHANGED, CONFIG, EVENTS, Hook
from oldhand.sessions.engram_keeping import of_commit
from oldhand.sessions.engram_making import DAY_MS, LEFT_LONG, OFF, SPOOL, files_waiting, notes_in

if TYPE_CHECKING:
    from oldhand.memory import Memory

OK, WARN, ABSENT = "ok", "warn", "absent"
HOOKS, COMMITS = "git hooks", "commits"  # what a line of `doctor` is about
ENABLE, DISABLE = "`oldhand engram enable`", "`oldhand engram disable`"
LATE_MS = DAY_MS  # that a commit waits: its session is drained within a day of its last event, as a rule
MOST_ASKED = 500  # commits of which it is looked up whether they are engrams: some milliseconds
UNITS = ((DAY_MS, "days"), (3_600_000, "h"), (60_000, "min"))


class Standing(NamedTuple):
    """How one thing stands. state: ok, warn or absent; next_step: what to do, empty when nothing."""

    component: str
    state: str
    detail: str
    next_step: str


def standings(memory: "Memory") -> Iterator[Standing]:
    """How git's hooks stand here, and whether commits wait to be made engrams; nothing without git."""
    tree, environment = memory.project.tree, memory.environment
    if memory.project.git is None:
        return
    script = engram_hooks.script_of(memory.home)
    try:
        place = engram_hooks.where(tree, environment)
        found = engram_hooks.hooks(tree, environment, script)
        left = [folder for folder in engram_hooks.noted_folders(tree, environment) if folder != place.folder]
    except NoGit:
        return  # a `.git` that git itself takes for none
    yield _hooks(memory, found, place.way, place.folder)
    for folder in left:
        if any(engram_hooks.in_file(folder / event, script).state != "off" for event in EVENTS):
            said = f"our section stands in {folder}, from which git takes no hooks now"
            yield Standing(HOOKS, WARN, said, f"{DISABLE} takes it out; {ENABLE} then puts it where git looks")
    if waits := _waiting(memory):
        yield waits


def _hooks(memory: "Memory", found: list[Hook], way: str, folder: Path) -> Standing:
    on = [hook for hook in found if hook.state == "on"]
    where = "git's settings" if way == CONFIG else str(folder)
    broken = [hook for hook in found if hook.state in ("left", "broken")]
    if not on and not any(hook.state == "broken" for hook in broken):
        said = f"not in {where}: no engram is made of what agents commit"
        return Standing(HOOKS, ABSENT, said, f"{ENABLE} puts them in")
    if broken:
        told = "; ".join(f"{hook.event}: {hook.why}" for hook in broken)
        return Standing(HOOKS, WARN, f"{len(on)} of {len(found)} in {where}; {told}", _mend(broken))
    if len(on) < len(found):
        missing = ", ".join(hook.event for hook in found if hook.state == "off")
        return Standing(HOOKS, WARN, f"{len(on)} of {len(found)} in {where}; {missing} missing", ENABLE)
    if fault := engram_hooks.stale(memory.home):
        return Standing(HOOKS, WARN, f"{len(on)} in {where}; {fault}", f"{ENABLE} writes it anew")
    strategy = memory.setting("engrams.strategy")
    quiet = f", but engrams.strategy is {strategy}" if strategy == OFF else ""
    return Standing(HOOKS, OK, f"{len(on)} in {where}{quiet}", "")


def _mend(broken: list[Hook]) -> str:
    """What to do about hooks that cannot do their work."""
    by_hand = next((hook.place for hook in broken if hook.why == CHANGED), "")
    if by_hand:
        return f"take the lines between `>>> oldhand` and `<<< oldhand` out of {by_hand}, then {ENABLE}"
    if any(hook.why == CALLS_ELSE for hook in broken):
        return f"{ENABLE} puts ours in its place"
    return "the others work; a hook of yours may call `oldhand git-hook EVENT` itself"


def commits_waiting(memory: "Memory") -> tuple[int, int]:
    """How many commits hooks noted that are no engrams yet, and when the oldest was noted; a line stays for a moment
    after it was worked off."""
    noted = {
        one.commit: one.at for path in files_waiting(memory.project.store / SPOOL) for one in notes_in(path)
        if one.event == "commit"
    }  # fmt: skip
    if not noted:
        return 0, 0
    with memory.reading() as reader:
        left = [at for commit, at in list(noted.items())[:MOST_ASKED] if not of_commit(reader, commit)]
    return (len(left) + max(len(noted) - MOST_ASKED, 0), min(left)) if left else (0, 0)


def _waiting(memory: "Memory") -> Standing | None:
    number, oldest = commits_waiting(memory)
    if not number:
        return None
    age = max(0, memory.now() - oldest) if oldest else 0
    unit, name = next(((unit, name) for unit, name in UNITS if age >= 2 * unit), UNITS[-1])
    said = f"{number} wait{'s' * (number == 1)} to be made {'engrams' if number > 1 else 'an engram'}"
    said += f", the oldest for {age // unit} {name}" if oldest else ""
    if age < LATE_MS:
        return Standing(COMMITS, OK, said, "")
    step = f"`oldhand session drain`; one whose session was never seen goes after {LEFT_LONG} days"
    return Standing(COMMITS, WARN, said, step)
