"""Deciding: what `decide` takes among as many memories as the budget names, with decisions whose outcome is known."""

import os
import random
import sys

from benchmarks import corpus, stores
from benchmarks.measuring import Series, each
from benchmarks.report import TIMES_HEAD, Section, Verdict, table, times
from benchmarks.settings import Settings
from oldhand.knowledge.assertion import assert_, statement
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.reasoning.decisions import COMMIT, DOMAIN, KIND
from oldhand.reasoning.outcome_keeping import keep_evidence
from oldhand.reasoning.outcomes import Evidence
from oldhand.store.shelf import Shelf

SIZE, BUDGET_MS = 100_000, 100.0  # memories, and p95 of one question
KNOWN = 1_000  # decisions with a stated confidence and an outcome from evidence, as after some years of work
TRIED = 200  # things that were tried and did not work
QUESTIONS = 200  # asked, all different
PAGE = 12  # memories' texts in a page
AT_ONCE = 100  # memories made in one change
SOURCES = ("survival", "revert", "rework")
TITLE = "Before deciding"


def run(settings: Settings) -> Section:
    """Measure `decide` at the size of its budget, or at the smallest one in a quick run."""
    size = min(settings.sizes) if settings.quick or SIZE not in settings.sizes else SIZE
    count, known = (5, 20) if settings.quick else (QUESTIONS, KNOWN)
    with stores.scratch(size) as place, place.opened() as memory:
        decided = _decided(memory, known)
        _tried(memory, max(known * TRIED // KNOWN, 1))
        asked = _questions(decided, count)
        rows = []
        for sort, texts in asked.items():
            call(memory, "decide", {"text": texts[0]})
            measured = each(lambda at, texts=texts: call(memory, "decide", {"text": texts[at]}), len(texts))  # type: ignore[misc]
            rows.append((sort, measured))
        listing = each(lambda _: call(memory, "decision_list", {}), 3)
        with memory.reading() as reader:
            decisions = sum(reader.count(_shelf(standing)) for standing in ("active", "contested", "superseded"))
    shown = [(f"{size:,}", sort, *times(found)) for sort, found in [*rows, ("`decision list`", listing)]]
    return Section(
        TITLE,
        f"`decide` among {size:,} memories of which {decisions:,} are decisions, {known:,} of these with a stated "
        f"confidence and an outcome: {count} different questions of each sort, warm, the whole operation from "
        "arguments to the reply record. Beside it the listing of all decisions with how they ended.",
        (table(("memories", "questions", *TIMES_HEAD), shown),),
        _verdict(size, [found for _, found in rows]),
    )


def _verdict(size: int, found: list[Series]) -> tuple[Verdict, ...]:
    if size != SIZE:
        return ()
    every = Series(
        tuple(value for one in found for value in one.values), tuple(value for one in found for value in one.processor)
    )
    said = f"{every.p95:.1f} ms; processor {every.processor_p95:.1f} ms"
    return (Verdict(f"decide, p95, {SIZE:,}", f"<= {BUDGET_MS:.0f} ms", said, every.p95 <= BUDGET_MS),)


def _shelf(standing: str) -> Shelf:
    return Shelf((standing,), kind=KIND)


def _text(number: int) -> str:
    return str(corpus.memory(10**7 + number, 10**7)["text"])


def _decided(memory: Memory, count: int) -> list[str]:
    """Make decisions with a confidence and an outcome; their texts."""
    chance, texts = random.Random(11), [_text(number) for number in range(count)]
    screening = memory.screening()
    for start in range(0, count, AT_ONCE):
        with memory.writing() as transaction:
            for number in range(start, min(start + AT_ONCE, count)):
                sure = chance.choice((6000, 7000, 8000, 9000))
                said = statement(
                    memory.project.tree, KIND,
                    {
                        "text": texts[number], "confidence": str(sure), "stated_by": "model", "agent": "claude",
                        "model": f"model-{number % 3}", "alternatives": [_text(number + count)[:80]],
                    },
                    screening=screening, domain=DOMAIN, tags=[f"{COMMIT}{number:040x}"],
                )  # fmt: skip
                name = assert_(transaction, said, memory.voice).memory
                went = 10_000 if chance.random() < sure / 10_000 else 0
                source = SOURCES[0] if went else chance.choice(SOURCES[1:])
                piece = Evidence(memory.now(), source, went, 8_000, f"{number:040x}", "of the benchmark")
                keep_evidence(transaction, memory.voice, name, [piece], screening)
    return texts


def _tried(memory: Memory, count: int) -> None:
    for number in range(count):
        said = {"text": _text(5_000 + number)[:200], "conclusion": _text(6_000 + number)[:200]}
        call(memory, "negative_record", said)


def _questions(decided: list[str], count: int) -> dict[str, list[str]]:
    """Questions of every sort: of what was decided, of what nobody decided, and a page of text."""
    chance = random.Random(12)
    some = [chance.choice(decided) for _ in range(count)]
    return {
        "about what was decided": [f"Should we {text[:100]}?" for text in some],
        "about something else": [
            f"Should we {_text(20_000 + at)[:100]} or {_text(30_000 + at)[:40]}?" for at in range(count)
        ],
        "a page of text": [
            "\n".join(_text(40_000 + at * PAGE + line) for line in range(PAGE)) for at in range(count // 4 or 1)
        ],
    }


def main() -> int:
    """Measure at the size that the environment's OLDHAND_BENCH_SIZE names (100,000 without it) and print it."""
    size = int(os.environ.get("OLDHAND_BENCH_SIZE", SIZE))
    section = run(Settings((size,), False, "", ""))
    for part in section.tables:
        sys.stdout.write(f"{part}\n")
    for verdict in section.verdicts:
        sys.stdout.write(f"{verdict}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
