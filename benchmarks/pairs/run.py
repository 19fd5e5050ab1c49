"""How right the comparison of statements is: on labelled pairs, and on pairs of real documents, where changes are rare.

    python benchmarks/pairs/run.py                       the labelled pairs of tests/knowledge/pairs
    OLDHAND_EVAL=~/eval python benchmarks/pairs/run.py   and the documents of data/agent_config and data/adr there

Two statements of one document that stand beside each other, or the two most alike of it, hold at the same time: what
is called a change there is a false alarm, but for the few documents that do contradict themselves. The data is not here
and never gets into the repository.
"""

import argparse
import gzip
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).resolve().parents[2]
LABELLED = ("looked_at.jsonl", "edited.jsonl", "framed.jsonl", "reworded.jsonl", "retold.jsonl", "held_out.jsonl")
SHORTEST, LONGEST = 12, 400  # characters of a statement taken from a document
ALIKE = 0.25  # of all terms of two statements this much is common when they count as alike
_item = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(.+)").match
_sentences = re.compile(r"(?<=[.!?])\s+(?=[A-ZА-Я])").split


class Pair(NamedTuple):
    """Two statements of one document. where: adjacent or alike."""

    where: str
    old: str
    new: str


def main(words: list[str]) -> int:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(description="How right the comparison of statements is.")
    parser.add_argument("--show", type=int, default=0, help="print so many of the false alarms, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    sys.path[:0] = [str(REPOSITORY / "src"), str(REPOSITORY)]
    for name in LABELLED:
        path = REPOSITORY / "tests/knowledge/pairs" / name
        if path.exists():
            _labelled(name, [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()])
    if folder := os.environ.get("OLDHAND_EVAL"):
        _documents(Path(folder).expanduser() / "data", options.show, options.seed)
    return 0


def _labelled(name: str, rows: list[dict[str, Any]]) -> None:
    from oldhand.knowledge.comparing import compare

    begin = time.perf_counter()
    found = [compare(row["old"], row["new"]) for row in rows]
    each = (time.perf_counter() - begin) / len(rows) * 1e6
    called = [one.verdict == "change" for one in found]
    right = sum(said and row["label"] == "change" for row, said in zip(rows, called, strict=True))
    changes = sum(row["label"] == "change" for row in rows)
    unsure = sum(one.verdict == "unsure" and row["label"] == "change" for row, one in zip(rows, found, strict=True))
    precision = f"{right}/{sum(called)} = {right / sum(called):.3f}"
    _say(f"{name}: {len(rows)} pairs, precision {precision}, recall {right}/{changes}"
         f" = {right / changes:.3f} ({unsure} of the missed are unsure), {each:.0f} us each")  # fmt: skip
    if "held" in name:
        return  # which of them went wrong is not to be looked at
    for (label, verdict), count in sorted(
        Counter((r["label"], f.verdict) for r, f in zip(rows, found, strict=True)).items()
    ):
        _say(f"  {label:10} called {verdict:10} {count:4}")


def _documents(data: Path, show: int, seed: int) -> None:
    from oldhand.knowledge.comparing import compare

    tally: Counter[tuple[str, str]] = Counter()
    alarms = []
    for pair in _pairs(data):
        found = compare(pair.old, pair.new)
        tally[pair.where, found.verdict] += 1
        tally[pair.where, "certain change"] += found.verdict == "change" and found.certain
        if found.verdict == "change":
            alarms.append((pair, found))
    for where in ("adjacent", "alike"):
        verdicts = ("change", "unsure", "paraphrase", "unrelated")
        total = sum(tally[where, verdict] for verdict in verdicts)
        shares = ", ".join(f"{verdict} {tally[where, verdict] / total:.2%}" for verdict in verdicts)
        certain = tally[where, "certain change"]
        _say(f"{where} statements of one document: {total:,} pairs, {shares}; certain changes {certain}")
    for pair, found in random.Random(seed).sample(alarms, min(show, len(alarms))):
        _say(f"  {pair.where} {pair.old[:160]!r} -> {pair.new[:160]!r}: {found.reasons[0]}")


def _pairs(data: Path) -> Iterator[Pair]:
    """Pairs of every document: neighbours, and of each statement the two later ones most like it."""
    from oldhand.model.terms import index_terms

    for text in _texts(data):
        said = list(dict.fromkeys(_statements(text)))
        yield from (Pair("adjacent", old, new) for old, new in pairwise(said))
        terms = [set(index_terms(one)) for one in said]
        for at, some in enumerate(terms):
            near = [(len(some & terms[to]) / max(len(some | terms[to]), 1), to) for to in range(at + 2, len(said))]
            yield from (
                Pair("alike", said[at], said[to]) for share, to in sorted(near, reverse=True)[:2] if share >= ALIKE
            )


def _texts(data: Path) -> Iterator[str]:
    for path in (data / "agent_config/agent_config.jsonl.gz", data / "adr/adr.jsonl.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                if path.name.startswith("adr") or row["path"].endswith((".md", ".mdc", ".cursorrules")):
                    yield row["text"]


def _statements(text: str) -> Iterable[str]:
    """The items and sentences of a document, without its code."""
    coded = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            coded = not coded
        elif not coded and (item := _item(line)):
            found = re.sub(r"\*\*|__", "", item[1]).strip()
            if SHORTEST <= len(found) <= LONGEST:
                yield found
        elif not coded and not line.lstrip().startswith(("#", "|", ">", "<")):
            yield from (said for said in _sentences(line.strip()) if SHORTEST <= len(said) <= LONGEST)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
