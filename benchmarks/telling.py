"""Telling unasked: the briefing at a session's start and what concerns an action, in a large memory."""

from benchmarks import corpus, stores
from benchmarks.measuring import Series, each
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from oldhand.knowledge.at_action import BUDGET, concerning, fitting
from oldhand.knowledge.occasions import Action
from oldhand.memory import Memory
from oldhand.model.tokens import estimate
from oldhand.operation import call
from oldhand.surfaces.agent_text import rendered

LARGEST = 100_000  # memories: what the budgets name
TRIGGERS = 1_000  # reminders with an occasion, said into the corpus
PATTERNS = 20  # of them, those that name files by a pattern
RUNS = 200
BRIEF_MS, ACTION_MS = 30.0, 5.0  # p50
BRIEF_TOKENS = 500
COMMANDS = ("git push --force", "make migrate", "pytest -q tests", "npm run build", "docker compose up", "ls -l")
PROMPTS = ("fix the retry of payments in the gateway", "почини повтор платежей в шлюзе", "deploy it now please")


def run(settings: Settings) -> Section:
    """Time the briefing and each kind of action at each size."""
    rows: list[tuple[object, ...]] = []
    verdicts: list[Verdict] = []
    for size in [size for size in settings.sizes if size <= LARGEST]:
        with stores.scratch(size) as place, place.opened() as memory:
            _prepare(memory, min(TRIGGERS, size // 10))
            taken = _timed(memory, size, 5 if settings.quick else RUNS)
            reply = call(memory, "brief", {})
            tokens = estimate(rendered("brief", reply))
        rows += [(f"{size:,}", what, *times(found)) for what, found in taken.items()]
        if size == LARGEST:
            verdicts.append(_verdict("briefing", taken["briefing"], BRIEF_MS))
            actions = [found for what, found in taken.items() if what != "briefing"]
            slowest = max(actions, key=lambda found: found.median)
            verdicts.append(_verdict("what concerns an action", slowest, ACTION_MS))
            said = f"{tokens} tokens"
            verdicts.append(Verdict("the briefing as agents get it", f"<= {BRIEF_TOKENS} tokens", said, tokens <= 500))
    return Section(
        "Telling unasked",
        f"The briefing, the whole operation, and what concerns a read, an edit, a command and a prompt: {TRIGGERS:,} "
        f"reminders have an occasion, and what is told is cut to {BUDGET} tokens. Warm, one process.",
        (table(("memories", "what", *TIMES_HEAD), rows),) if rows else (),
        tuple(verdicts),
    )


def _verdict(what: str, found: Series, budget: float) -> Verdict:
    said = f"{found.median:.1f} ms; processor {found.processor_median:.1f} ms"
    return Verdict(f"{what}, p50, {LARGEST:,}", f"<= {budget:.0f} ms", said, found.median <= budget)


def _prepare(memory: Memory, reminders: int) -> None:
    """Say reminders of every kind of occasion."""
    for number in range(reminders):
        when = (f"edit:{corpus.path(number)}", f"command:tool{number} run", f"prompt:word{number}")
        said = f"edit:src/part{number}/**/*.sql" if number < PATTERNS else when[number % len(when)]
        call(memory, "remind", {"text": f"Look at matter {number}.", "when": [said]})


def _timed(memory: Memory, size: int, runs: int) -> dict[str, Series]:
    actions = {
        "edit": [Action("edit", path=corpus.path(number * 7 % size)) for number in range(runs)],
        "read": [Action("read", path=corpus.path(number * 11 % size)) for number in range(runs)],
        "command": [Action("command", command=COMMANDS[number % len(COMMANDS)]) for number in range(runs)],
        "prompt": [Action("prompt", text=PROMPTS[number % len(PROMPTS)]) for number in range(runs)],
    }
    call(memory, "brief", {})
    taken = {"briefing": each(lambda _: call(memory, "brief", {}), runs)}
    now = memory.now()
    with memory.reading() as reader:
        for what, wanted in actions.items():
            fitting(concerning(reader, wanted[0], now))

            def ask(at: int, wanted: list[Action] = wanted) -> None:
                fitting(concerning(reader, wanted[at], now))

            taken[what] = each(ask, len(wanted))
    return taken
