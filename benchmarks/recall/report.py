"""What was found, as the part of docs/BENCHMARKS.md that is about how right recall is."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.recall import abstention, harness, quality, staleness
from benchmarks.recall.quality import Result
from benchmarks.recall.scoring import MEASURES, Estimate, estimate
from benchmarks.recall.systems import SYSTEMS, YARDSTICK
from benchmarks.recall.targets import ABSTENTION, STALE, TARGETS, Target
from benchmarks.report import Section, Verdict, section, table, verdicts
from oldhand import __version__

Found = dict[str, dict[str, Result]]

SETS = {
    "locomo-turn": "LoCoMo: questions on long chats of two people; gold: the turns that hold the evidence",
    "lme-session": "LongMemEval-S: questions on some 48 chat sessions each; gold: the sessions that hold the answer",
    "beam-100K": "BEAM: questions on one chat of 100,000 tokens; gold: the messages that hold the answer",
    "beam-500K": "BEAM: questions on one chat of 500,000 tokens",
    "decisions-pooled": "commit messages; gold: the decision record carried out, among those of every repository",
    "episodes": "what was typed to an agent; gold (silver): earlier sessions that touched the same rare files",
}
PROSE = """\
Documents become memories and questions go through the operation `recall`, for at most 100 memories, those below the \
floor included; nothing is set for a set. The data is nobody's here and not in the repository: \
[benchmarks/recall/README.md](../benchmarks/recall/README.md) says whose it is and how to run this. In brackets 95 % \
bootstrap intervals over questions; questions on one chat are not independent, so true intervals are somewhat wider. \
*R@k* is the share of the gold among the first k, *all@5* how often all of it is among the first 5. Controls: nothing; \
grep for each word of the question, most different words first; all documents as one Markdown file of which the first \
2,000 tokens are read; FTS5 and MiniLM as the harness has them. *ms* is the median of a question in this process, the \
making of 100 answers included.\
"""
DIFFERENCES = f"""\
Differences from {SYSTEMS[YARDSTICK].title}, question by question:\
"""
SILENCE = """\
Cues that a store cannot answer (of other projects or persons, gibberish, small talk) and cues that it can, each asked \
of stores of decision records, chats and agent sessions. *Found* cues are those with the gold among the first 5. A \
label says where a cue comes from, not what a reader would judge. The gate injects what it calls strong; the curve is \
that of one number of the answer as its threshold moves, for FTS5 the raw BM25 score of its best document. *AUC* is \
the chance that a found cue scores above an unanswerable one. Near misses are cues that the store nearly answers; they \
count in no rate but their own.\
"""
SPEED = {
    "deep_speed": "A recall in a running process",
    "encoding": "Texts become vectors",
    "nearest": "The nearest of many vectors",
}
SPEED_PROSE = """\
Each table by its own program, `python -m benchmarks.recall.deep_speed` (or `encoding`, `nearest`), whose output is \
kept in the folder of --out. Wall-clock times depend on the machine and on what else it did; the memories of the first \
table are those of the other benchmarks, with made vectors, and cues are encoded by the real model.\
"""
CURRENT = """\
Two statements of which the later replaces the earlier, among many others; the cue is the title of what both are \
about, or the question. *Newest first*: the later is there and the earlier is below it or not there. *Marked*: the \
earlier does not stand there as if it held. FTS5 is given the words alone.\
"""


def sections(results: Found, folder: Path) -> list[Section]:
    """Every section for which there are results."""
    made = [_quality(results)] if any(results.values()) else []
    judged = {name: found for name in SYSTEMS if (found := abstention.kept(name, folder))}
    outcomes = {name: seen for name in SYSTEMS if (seen := staleness.kept(name, folder))}
    asked = results.get("lme-session", {})
    if judged:
        made.append(_silence(judged))
    if outcomes or asked:
        made.append(_current(outcomes, asked))
    if tables := _speed(folder):
        made.append(Section("How fast recall by meaning is", SPEED_PROSE, tables))
    return made


def _speed(folder: Path) -> tuple[str, ...]:
    """The tables that the measurements of speed left in the folder, each under its title."""
    found = [(title, folder / f"{name}.md") for name, title in SPEED.items()]
    return tuple(
        f"### {title}\n\n{file.read_text(encoding='utf-8').strip()}" for title, file in found if file.is_file()
    )


# -- how right ---------------------------------------------------------------------------------------


def _quality(found: Found) -> Section:
    tables, judged = [], []
    for name, results in found.items():
        if not results:
            continue
        some = next(iter(results.values()))
        asked, there = some.sampled
        corpora = f"{asked} corpora" if asked == there else f"**a sample of {asked} of {there} corpora**"
        head = f"### {name}\n\n{SETS.get(name, name)}. {len(some.values):,} questions, {corpora}."
        rows = [
            (SYSTEMS[one].title, *(str(result.estimate(m)) for m in MEASURES), quality.middle(result))
            for one, result in results.items()
        ]
        tables.append(f"{head}\n\n{table(('system', *MEASURES, 'ms'), rows)}")
        if base := results.get(YARDSTICK):
            rows = [
                (SYSTEMS[one].title, *(result.against(base, m).signed() for m in MEASURES))
                for one, result in results.items()
                if one not in (YARDSTICK, "nothing")
            ]
            if rows:
                tables.append(f"{DIFFERENCES}\n\n{table(('system', *MEASURES), rows)}")
        judged += _reached(name, results) + _beaten(name, results)
    return Section("How right recall is", f"{PROSE}\n\nData: {harness.half()}.", tuple(tables), tuple(judged))


def _reached(name: str, results: dict[str, Result]) -> list[Verdict]:
    """The targets of a set against the fullest system measured."""
    one = next((one for one in ("system2", "system1") if one in results), "")
    if not one:
        return []
    return [
        _verdict(
            f"{name}, {target.measure}, {_short(one)}{_sample(results[one])}",
            target,
            results[one].estimate(target.measure),
        )
        for target in TARGETS.get(name, ())
    ]


def _beaten(name: str, results: dict[str, Result]) -> list[Verdict]:
    """System 1 against FTS5 in the measures that have a target."""
    if "system1" not in results or YARDSTICK not in results:
        return []
    return [
        Verdict(
            f"{name}, {target.measure}, system 1 less FTS5{_sample(results['system1'])}",
            "> 0",
            difference.signed(),
            difference.mean > 0,
        )
        for target in TARGETS.get(name, ())
        for difference in [results["system1"].against(results[YARDSTICK], target.measure)]
    ]


def _sample(result: Result) -> str:
    """A word beside what was measured on a part of a set alone."""
    return "" if result.sampled[0] == result.sampled[1] else " (sample)"


def _verdict(what: str, target: Target, measured: Estimate) -> Verdict:
    return Verdict(what, f">= {target.least:g}", str(measured), measured.mean >= target.least)


def _short(system: str) -> str:
    return SYSTEMS[system].title.removeprefix("Oldhand, ")


# -- silence -----------------------------------------------------------------------------------------


def _silence(judged: dict[str, list[abstention.Judged]]) -> Section:
    tables = [_gates(judged), _kinds(judged), _curves(judged), _families(judged)]
    targets = []
    one = next((one for one in ("system2", "system1") if one in judged), "")
    if one:
        said = abstention.rate(abstention.far(judged[one]), True)
        missed = abstention.rate(abstention.answerable(judged[one], True), False)
        targets.append(
            Verdict(
                f"false recall on injection, {_short(one)}", f"<= {ABSTENTION.false_recall:.0%} at <= "
                f"{ABSTENTION.missed:.0%} misses", f"{said.mean:.1%} at {missed.mean:.1%} misses of found cues",
                said.mean <= ABSTENTION.false_recall and missed.mean <= ABSTENTION.missed,
            )
        )  # fmt: skip
        if YARDSTICK in judged:
            ours, theirs = (_near_area(judged[name]) for name in (one, YARDSTICK))
            targets.append(
                Verdict("near misses, AUC against raw BM25", f"> {theirs:.3f}", f"{ours:.3f}", ours > theirs)
            )
    return Section("Silence", SILENCE, tuple(part for part in tables if part), tuple(targets))


def _near_area(found: list[abstention.Judged]) -> float:
    """The AUC of near misses of a sort, against the answerable cues of the families that have it."""
    families = {one.family for one in abstention.near(found)}
    return abstention.area(
        (one for one in abstention.answerable(found, True) if one.family in families), abstention.near(found)
    )


def _gates(judged: dict[str, list[abstention.Judged]]) -> str:
    rows = [
        (
            SYSTEMS[name].title,
            _percent(abstention.rate(abstention.far(found), True)),
            _percent(abstention.rate(abstention.answerable(found, True), False)),
            _percent(abstention.rate(abstention.answerable(found), False)),
            len(abstention.far(found)),
            len(abstention.answerable(found)),
        )
        for name, found in judged.items()
        if name != YARDSTICK
    ]
    head = ("at the gate", "false recall", "missed of found", "missed of all", "unanswerable cues", "answerable cues")
    return table(head, rows) if rows else ""


def _kinds(judged: dict[str, list[abstention.Judged]]) -> str:
    names = list(judged)
    kinds = sorted({one.kind for found in judged.values() for one in found if not one.answerable})
    rows = []
    for kind in kinds:
        cells: list[object] = [kind, max(sum(one.kind == kind for one in judged[name]) for name in names)]
        for name in names:
            wrong = [one for one in judged[name] if one.kind == kind]
            families = {one.family for one in wrong}
            right = [one for one in abstention.answerable(judged[name], True) if one.family in families]
            injected = "–" if name == YARDSTICK else f"{abstention.rate(wrong, True).mean:.1%}"
            cells += [injected, f"{abstention.area(right, wrong):.3f}"]
        rows.append(cells)
    head = ["kind of cue", "cues", *(cell for name in names for cell in (f"{_short(name)}: injected", "AUC"))]
    return "By kind of cue:\n\n" + table(head, rows)


def _curves(judged: dict[str, list[abstention.Judged]]) -> str:
    rows = []
    for name, found in judged.items():
        points = abstention.curve(found)
        at = [abstention.missed_at(points, most) for most in abstention.FALSE_RECALLS]
        rest = [abstention.false_at(points, most) for most in abstention.MISSES]
        rows.append(
            (
                SYSTEMS[name].title,
                *(f"{point.missed_found:.1%}" if point else "–" for point in at),
                *(f"{point.false_recall:.1%}" if point else "–" for point in rest),
                f"{abstention.area(abstention.answerable(found, True), abstention.far(found)):.3f}",
            )
        )
    head = [
        "curve",
        *(f"missed at {most:.1%} false" for most in abstention.FALSE_RECALLS),
        *(f"false at {most:.0%} missed" for most in abstention.MISSES),
        "AUC",
    ]
    return "The curve, misses of found cues:\n\n" + table(head, rows)


def _families(judged: dict[str, list[abstention.Judged]]) -> str:
    rows = []
    for name, found in judged.items():
        for family in dict.fromkeys(one.family for one in found):
            here = [one for one in found if one.family == family]
            right, wrong = abstention.answerable(here, True), abstention.far(here)
            gate = ("–", "–")
            if name != YARDSTICK:
                gate = (_percent(abstention.rate(wrong, True)), _percent(abstention.rate(right, False)))
            rows.append(
                (family, SYSTEMS[name].title, len(wrong), len(right), *gate, f"{abstention.area(right, wrong):.3f}")
            )
    head = ("stores of", "system", "unanswerable", "found", "false recall", "missed of found", "AUC")
    return "By stores:\n\n" + table(head, sorted(rows, key=lambda row: str(row[0])))


def _percent(said: Estimate) -> str:
    return f"{said.mean:.1%} ({said.low:.1%}–{said.high:.1%})"


# -- what is current ---------------------------------------------------------------------------------


def _current(outcomes: dict[str, list[staleness.Outcome]], asked: dict[str, Result]) -> Section:
    rows: list[Sequence[object]] = []
    targets: list[Verdict] = []
    updates = {name: staleness.updates(result) for name, result in asked.items()}
    for name, found in updates.items():
        if found:
            first, top = _shares(found)
            rows.append(("knowledge updates (LongMemEval)", SYSTEMS[name].title, len(found), str(first), str(top), "–"))
    one = next((one for one in ("system2", "system1") if updates.get(one)), "")
    if one:
        first, top = _shares(updates[one])
        targets = [
            _verdict(f"knowledge updates, newest first, {_short(one)}", STALE[0], first),
            _verdict(f"knowledge updates, newest at rank 1, {_short(one)}", STALE[1], top),
        ]
    for kind in staleness.KINDS:
        for name, every in outcomes.items():
            if here := [outcome for outcome in every if outcome.kind == kind]:
                first, top = _shares(here)
                marked = estimate([float(outcome.marked) for outcome in here])
                rows.append((kind, SYSTEMS[name].title, len(here), str(first), str(top), str(marked)))
    head = ("cases", "system", "", "newest first", "newest at rank 1", "older marked")
    kinds = "\n".join(f"- *{kind}*: {staleness.MEANING[kind]}" for kind in staleness.KINDS)
    return Section("What was corrected", f"{CURRENT}\n\n{kinds}", (table(head, rows),), tuple(targets))


def _shares(found: Iterable[staleness.Outcome]) -> tuple[Estimate, Estimate]:
    kept = list(found)
    return estimate([float(one.newest_first) for one in kept]), estimate([float(one.top) for one in kept])


# -- the whole part ----------------------------------------------------------------------------------


def written(found: list[Section], command: str) -> str:
    """The part of docs/BENCHMARKS.md as Markdown; a word where nothing was measured."""
    judged = [verdict for one in found for verdict in one.verdicts]
    head = f"Generated by `{command}` on {datetime.now(UTC):%Y-%m-%d}, Oldhand {__version__}."
    if not found:
        return f"## How right recall is\n\n{head} Nothing was measured."
    first, *rest = found
    opened = [f"## {first.title}", head, first.prose, verdicts(judged), *first.tables]
    return "\n\n".join([*(part for part in opened if part), *(section(one) for one in rest)])
