"""Hooks: whole processes, from the launcher's start to its end, silent and speaking, beside a bare interpreter."""

import json
import os
import tempfile
import time
from pathlib import Path

from benchmarks import corpus, stores
from benchmarks.machine import interpreter
from benchmarks.measuring import Series, Taken, environment, series
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.sessions import launcher

ISOLATED = "`python -I -S -c pass`"
NO_MEMORY_BUDGET = 1.5  # times the bare interpreter, where there is no memory
NO_MEMORY = "where there is no memory"
PROSE = f"""\
Whole processes from spawn to end, in turn with {ISOLATED}, so that all meet the same load. Each is the launcher that \
hosts start, with an event's JSON on its standard input. The store is the corpus with a gotcha and two reminders \
that have triggers. A hook that speaks does so in a session of its own, as each memory is told once in a session; \
before an edit it speaks of the file that most memories are tied to. An opening is made anew where the memory, a \
setting or the branch has changed since and no server has made it meanwhile; "goes on": a session has handed over.\
"""
RUNS, QUICK_RUNS = 40, 3  # of each process
BUDGET, P95_MS = 3.0, 50.0  # HOUSE.md, section 8: times the bare interpreter; milliseconds
OUTPUT = "tests/test_client.py::test_retry_is_not_done PASSED [ 50%]\n" * 30
COMMAND = "cd src && python -m pytest -q tests/test_client.py 2>&1 | tail -20"
QUESTION = "What do we know about the retry loop of the client?"
CHOICES = {  # what was tried of each but the last, among 1,000 things that were
    "a choice at a prompt, speaks": "Should we keep the retry loop of the client in Memcached or in a queue?",
    "a choice at a prompt, silent": "Should we rename the settings page or move its buttons to the side?",
}
TRIED = 1_000  # memories of what did not work, as a project of many years may have
WORDS = "Refactor the retry loop of the client and keep the tests green. "


def run(settings: Settings) -> Section:
    """Measure every hook at each size up to 100,000."""
    runs = QUICK_RUNS if settings.quick else RUNS
    found: dict[str, Series] = {}
    sizes = [size for size in settings.sizes if size <= 100_000]
    for size in sizes:
        with stores.scratch(size) as place:
            found |= {f"{name}, {size:,}" if name != ISOLATED else name: one for name, one in _at(place, runs).items()}
            bare = found.pop(ISOLATED)
            found[f"{ISOLATED} beside {size:,}"] = bare
    rows = [(name, *times(one), f"{one.median / _bare(found, name).median:.2f} x") for name, one in found.items()]
    verdicts = [_verdict(name, one, _bare(found, name)) for name, one in found.items() if not name.startswith(ISOLATED)]
    return Section("Hooks", PROSE, (table(("hook", *TIMES_HEAD, "ratio"), rows),), tuple(verdicts))


def _bare(found: dict[str, Series], name: str) -> Series:
    return found[f"{ISOLATED} beside {name.rpartition(', ')[2].rpartition(' ')[2]}"]


def _verdict(name: str, one: Series, bare: Series) -> Verdict:
    ratio = one.median / bare.median
    if "speaks" in name or "made anew" in name:
        said = f"p95 {one.p95:.0f} ms, {ratio:.1f} x; processor p95 {one.processor_p95:.0f} ms"
        return Verdict(name, f"p95 <= {P95_MS:.0f} ms", said, one.p95 <= P95_MS)
    budget = NO_MEMORY_BUDGET if name.startswith(NO_MEMORY) else BUDGET
    met = ratio <= budget and one.p95 <= P95_MS
    said = f"{ratio:.2f} x, p95 {one.p95:.0f} ms"
    return Verdict(name, f"<= {budget:g} x isolated, p95 <= {P95_MS:.0f} ms", said, met)


def _at(place: stores.Place, runs: int) -> dict[str, Series]:
    """Every hook in one store, in turn with the bare interpreter."""
    with Memory(place.root, place.home, actor="user", trust="user", origin="cli") as memory:
        call(memory, "gotcha", {"text": "A push to main deploys at once.", "triggers": ["command:git push"]})
        call(memory, "remind", {"text": "Tell the billing team.", "when": ["edit:src/billing/**/*.sql"]})
        call(memory, "remind", {"text": "Drop the old table.", "when": ["in 400 days"]})
    taken = _taken(place, _hooks(place), runs)
    with Memory(place.root, place.home) as memory:
        said = {"text": "The cart is half moved.", "next": ["Move the rest."], "session": "gone-home"}
        call(memory, "session_handoff", said)
    start: tuple[str, dict[str, object]] = ("SessionStart", {"source": "startup"})
    again = _taken(place, {"SessionStart, goes on, kept": start, "SessionStart, goes on, made anew": start}, runs)
    with Memory(place.root, place.home, actor="user", trust="user", origin="cli") as memory:
        tried = {"text": "Keep the retry loop of the client in Memcached", "conclusion": "what was queued was lost"}
        call(memory, "negative_record", tried)
        call(memory, "remember", {"jsonl": _tried(place.size)})
    chosen = _taken(place, {name: ("UserPromptSubmit", {"prompt": text}) for name, text in CHOICES.items()}, runs)
    taken[ISOLATED] += again.pop(ISOLATED) + chosen.pop(ISOLATED)
    return {name: series(one) for name, one in (taken | again | chosen).items()}


def _tried(size: int) -> str:
    """What was tried, as JSON lines, in the corpus's own words."""
    said = (str(corpus.memory(number, size)["text"])[:200] for number in range(0, size, max(size // TRIED, 1)))
    return "\n".join(
        json.dumps({"text": f"TRIED {text}", "kind": "negative", "fields": {"hypothesis": text, "conclusion": "no"}})
        for text in said
    )


def _taken(place: stores.Place, hooks: dict[str, tuple[str, dict[str, object]]], runs: int) -> dict[str, list[Taken]]:
    """The times of hooks, each run in turn with the others and the bare interpreter."""
    program = str(launcher.write(place.home))
    ended: dict[str, list[Taken]] = {name: [] for name in (ISOLATED, *hooks)}
    with tempfile.TemporaryDirectory() as folder:
        payload = Path(folder) / "payload.json"
        for turn in range(runs + 1):
            for place_of, name in enumerate(ended):
                event, said = hooks.get(name, ("", {}))
                session = f"s{turn}-{place_of}" if "speaks" in name or event == "SessionStart" else "one"
                where = folder if name == NO_MEMORY else str(place.root)
                payload.write_text(json.dumps({"session_id": session, "cwd": where, **said}))
                words = [program, "claude", event] if event else [interpreter(), "-I", "-S", "-c", "pass"]
                if "made anew" in name:
                    for kept in (place.home / "openings").glob("*.json"):
                        kept.unlink()
                taken = _process(words, payload)
                if turn:
                    ended[name].append(taken)
    return ended


def _hooks(place: stores.Place) -> dict[str, tuple[str, dict[str, object]]]:
    """The hooks that are measured: the event and what the host says."""
    tool = {"tool_use_id": "t"}
    told = {"file_path": f"{place.root}/{corpus.path(0)}", "old_string": "a = 1\n", "new_string": "a = 2\n"}
    other = {**told, "file_path": f"{place.root}/src/nowhere/of_interest.py"}
    result = {"stdout": OUTPUT, "stderr": ""}
    return {
        "SessionStart, kept": ("SessionStart", {"source": "startup"}),
        "SessionStart, made anew": ("SessionStart", {"source": "startup"}),
        "before an edit, silent": ("PreToolUse", {**tool, "tool_name": "Edit", "tool_input": other}),
        "before an edit, speaks": ("PreToolUse", {**tool, "tool_name": "Edit", "tool_input": told}),
        "before a command, silent": ("PreToolUse", {**tool, "tool_name": "Bash", "tool_input": {"command": COMMAND}}),
        "before a command, speaks": (
            "PreToolUse", {**tool, "tool_name": "Bash", "tool_input": {"command": "git push origin main"}}
        ),
        "at a prompt, silent": ("UserPromptSubmit", {"prompt": WORDS}),
        "a question at a prompt, speaks": ("UserPromptSubmit", {"prompt": QUESTION}),
        "after a command": (
            "PostToolUse", {**tool, "tool_name": "Bash", "tool_input": {"command": COMMAND}, "tool_response": result}
        ),
        NO_MEMORY: ("PreToolUse", {**tool, "tool_name": "Edit", "tool_input": told}),
        "at a stop": ("Stop", {"last_assistant_message": WORDS * 20}),
    }  # fmt: skip


def _process(words: list[str], payload: Path) -> Taken:
    """Run one hook to its end, its input a file and its output thrown away."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    given = os.open(payload, os.O_RDONLY)
    actions = [(os.POSIX_SPAWN_DUP2, given, 0), *((os.POSIX_SPAWN_DUP2, nowhere, stream) for stream in (1, 2))]
    try:
        started = time.perf_counter()
        number = os.posix_spawn(words[0], words, environment(), file_actions=actions)
        _, status, used = os.wait4(number, 0)
        wall = time.perf_counter() - started
    finally:
        os.close(nowhere)
        os.close(given)
    if code := os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{' '.join(words)} ended with code {code}")
    return Taken(wall, used.ru_utime + used.ru_stime)
