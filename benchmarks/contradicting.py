"""What looking for contradictions costs: one `remember` with and without it, at several sizes, and one comparison.

    python -m benchmarks.contradicting [--sizes 1000,100000] [--runs 300]

Anchors to files that are there are measured by themselves: for one, its file is parsed unless it was among the last
few, and one memory of the corpus in ten has such an anchor.

Stores are kept in the folder that OLDHAND_BENCH names, as those of `benchmarks/run.py` are. Nothing is written into the
repository: docs/BENCHMARKS.md and docs/TRUTH.md quote its figures.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import corpus, stores
from benchmarks.measuring import each
from oldhand.knowledge.comparing import compare
from oldhand.memory import Memory
from oldhand.operation import call

CHANGES = (  # said first and then otherwise: {0} makes each of them a subject of its own
    ("The {0} gateway listens on port 8{1}.", "The {0} gateway listens on port 9{1}."),
    ("Requests to the {0} backend time out after {1} s.", "Requests to the {0} backend time out after 1{1} s."),
    ("Never restart the {0} worker by hand.", "Restart the {0} worker by hand."),
)

PROGRAMS = 60  # files that are anchored to, once each
FUNCTIONS = 100  # in each of them, of 4 lines


def main(words: list[str]) -> int:
    """Measure and print one line for each size and sort of call."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", default="1000,100000")
    parser.add_argument("--runs", type=int, default=300)
    options = parser.parse_args(words)
    old, new = CHANGES[0][0].format("billing", 1), CHANGES[0][1].format("billing", 1)
    _tell("-", "one comparison", each(lambda _: compare(old, new), 2_000))
    for size in map(int, options.sizes.split(",")):
        with stores.scratch(size) as place, place.opened() as memory:
            for name, found in _calls(memory, size, options.runs).items():
                _tell(f"{size:,}", name, found)
    return 0


def _calls(memory: Memory, size: int, runs: int) -> dict[str, Any]:
    """The times of each sort of call."""
    fresh = [_unparsed(memory, corpus.memory(size + number, size + runs)) for number in range(2 * runs)]
    tied = [
        {"text": f"{one['text']} Seen there.", "anchors": [f"{_program(memory, at)}:3"]}
        for at, one in enumerate(fresh[:PROGRAMS])
    ]
    call(memory, "remember", {"text": "A first write, which makes the copy a replica of its own."})
    keyed = [{**one, "key": f"bench/{at}"} for at, one in enumerate(fresh[runs:])]
    bare = [{"text": f"{one['text']} Who knows more?", "kind": "question"} for one in fresh[:runs]]
    said, again = ([_of(at, side) for at in range(runs)] for side in (0, 1))
    found = {
        "yardstick: a question has no rivals": each(_remembering(memory, bare), runs),
        "remember, nothing like it is known": each(_remembering(memory, fresh), runs),
        "remember with a key": each(_remembering(memory, keyed), runs),
        "remember with an anchor to a line": each(_remembering(memory, tied), len(tied)),
        "remember what will be changed": each(_remembering(memory, said), runs),
    }
    outcomes: dict[str, int] = {}

    def change(at: int) -> None:
        outcome = call(memory, "remember", again[at]).memories[0].outcome
        outcomes[outcome] = outcomes.get(outcome, 0) + 1

    found["remember a change of it"] = each(change, runs)
    sys.stdout.write(f"outcomes of the changes: {outcomes}\n")
    return found


def _unparsed(memory: Memory, one: dict[str, Any]) -> dict[str, Any]:
    """A memory of the corpus without the anchors to files that are there."""
    there = memory.project.root
    return one | {"anchors": [said for said in one.get("anchors", ()) if not (there / said.split(":")[0]).is_file()]}


def _program(memory: Memory, number: int) -> str:
    """The path of a new program in the project."""
    lines = (f"def step_{number}_{at}(value: int) -> int:\n    return value + {at}\n" for at in range(FUNCTIONS))
    path = memory.project.root / f"measured_{number}.py"
    path.write_text("\n\n".join(lines), encoding="utf-8")
    return path.name


def _of(at: int, side: int) -> dict[str, str]:
    subject = f"{corpus.memory(at * 7 + 3, 100_000)['text']!s}".split()[1].strip(".,`").lower()
    return {
        "text": CHANGES[at % len(CHANGES)][side].format(f"{subject}{chr(97 + at % 26)}{chr(97 + at // 26 % 26)}", at)
    }


def _remembering(memory: Memory, texts: list[dict[str, Any]]) -> Callable[[int], Any]:
    return lambda at: call(memory, "remember", texts[at])


def _tell(size: str, name: str, found: Any) -> None:
    sys.stdout.write(
        f"{size:>9}  {name:38}  p50 {found.median:7.3f} ms  p95 {found.p95:7.3f} ms"
        f"  processor p50 {sorted(found.processor)[len(found.processor) // 2]:7.3f} ms\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
