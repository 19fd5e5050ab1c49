"""What stands against a plan before it is carried out: what was tried, what failed, what is contested, what is missing.

Every warning names the memory it comes of. Nothing here stops anybody: whoever plans decides.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.anchors import Checker
from oldhand.code.paths import exists
from oldhand.model.identity import short
from oldhand.model.terms import index_terms
from oldhand.model.visible import line
from oldhand.reasoning import decisions, negative
from oldhand.reasoning.deciding import effort, percent
from oldhand.reasoning.outcomes import ended
from oldhand.reasoning.plan_accuracy import FEWEST, factor
from oldhand.reasoning.plans import Plan, Step
from oldhand.reasoning.similar import similar
from oldhand.recall.render import clipped
from oldhand.store.anchored import tied
from oldhand.store.reader import Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory

HIGH, MEDIUM, NOTE = "high", "medium", "note"
GRAVE = (HIGH, MEDIUM, NOTE)
TRIED, FAILED, CONTESTED, BITES, BLOCKED, REPLACED, MISSING, EFFORT, SURE = (
    "tried", "failed", "contested", "bites", "blocked", "replaced", "missing", "effort", "confidence",
)  # fmt: skip
ENDED_BADLY = ("failed", "reverted")
MOST_SIMILAR = 3  # like decisions that are looked at for one step
MOST_TIED = 20  # memories tied to one path that are looked at, the most important
MOST_OF_A_STEP = 4  # warnings told of one step, the gravest
# By these a step says that it makes something, so that what it names need not be there.
_MAKING = frozenset(
    term
    for word in (
        "add", "create", "write", "make", "introduce", "new", "generate", "move", "rename", "extract", "scaffold",
        "добавить", "создать", "написать", "сделать", "новый", "вынести", "перенести", "переименовать",
    )
    for term in index_terms(word)
)  # fmt: skip
LONGEST = 200  # characters of another memory's words in a warning


class Warned(NamedTuple):
    """Something that stands against a plan. step: its number, 0 for the whole plan; what: tried, failed, contested,
    bites, blocked, replaced, missing, effort or confidence; memory: the id it comes of, empty otherwise."""

    step: int
    grave: str
    what: str
    text: str
    memory: str


def validate(memory: "Memory", reader: Reader, plan: Plan) -> list[Warned]:
    """All that stands against a plan, by step, the gravest first. `plan` may be a draft that nobody has kept yet."""
    from oldhand.knowledge.anchoring import checker

    check = checker(memory)
    found = _whole(reader, plan, check)
    told = {one.memory for one in found if one.memory}
    for step in plan.steps:
        warned = [one for one in _of_step(memory, reader, step, check) if not one.memory or one.memory not in told]
        warned = sorted(warned, key=lambda one: (GRAVE.index(one.grave), one.what, one.memory))[:MOST_OF_A_STEP]
        told |= {one.memory for one in warned if one.memory}
        found += warned
    return sorted(found, key=lambda one: (GRAVE.index(one.grave), one.step, one.what, one.memory))


def may_proceed(warned: Sequence[Warned]) -> bool:
    """Whether nothing grave stands against a plan."""
    return all(one.grave != HIGH for one in warned)


def worded(one: Warned) -> str:
    """A warning in the form that a plan keeps: `GRAVE STEP WHAT ID TEXT`, `-` for no id."""
    return f"{one.grave} {one.step} {one.what} {short(one.memory) if one.memory else '-'} {one.text}"


def _whole(reader: Reader, plan: Plan, check: Checker | None) -> list[Warned]:
    found = [*_tried(reader, 0, plan.text, (), check), *_failed(reader, 0, plan.text)]
    found += _carried(reader, plan.decisions)
    measured = factor(reader, plan.agent)
    if plan.estimate and measured is not None and measured.ratio > 1 and measured.low > 1:
        text = (
            f"plans here took {measured.ratio:.1f} times what was expected (the middle one of {measured.plans}):"
            f" {effort(plan.estimate)} would then be {effort(round(plan.estimate * measured.ratio))}"
        )
        found.append(Warned(0, MEDIUM, EFFORT, text, ""))
    if not plan.estimate and measured is not None and measured.plans >= FEWEST:
        found.append(Warned(0, NOTE, EFFORT, "it has no estimate, so nothing will be learned of how long it took", ""))
    found += _sure(reader, plan)
    return found


def _sure(reader: Reader, plan: Plan) -> list[Warned]:
    """What is known of the confidence of whoever states it."""
    from oldhand.reasoning.calibrating import hint_for

    if plan.confidence is None:
        return []
    hint = hint_for(reader, agent=plan.agent, model=plan.model, stated_by=plan.stated_by)
    if hint is None:
        return []
    text = (
        f"{percent(plan.confidence)} is stated; of what {hint.part} stated with {hint.stated:.0%} on the whole,"
        f" {hint.went:.0%} went well"
    )
    return [Warned(0, MEDIUM, SURE, text, "")]


def _carried(reader: Reader, carried: Sequence[str]) -> list[Warned]:
    """What became of the decisions that the plan carries out."""
    from oldhand.knowledge.planning import blockers

    found = []
    for name in carried:
        decision = decisions.find(reader, name)
        if decision is None:
            continue
        said = line(clipped(decision.name, LONGEST))
        if decision.standing == "superseded":
            found.append(Warned(0, HIGH, REPLACED, f'the decision "{said}" was replaced by another', decision.id))
        elif decision.standing == "contested":
            found.append(Warned(0, HIGH, CONTESTED, f'the decision "{said}" is contested', decision.id))
        how = ended(reader, decision.id)
        if how.state in ENDED_BADLY:
            found.append(Warned(0, HIGH, FAILED, f'the decision "{said}" ended {how.state}', decision.id))
        found += [Warned(0, HIGH, BLOCKED, text, "") for text in blockers(reader, [decision.id])]
    return found


def _of_step(memory: "Memory", reader: Reader, step: Step, check: Checker | None) -> list[Warned]:
    found = [*_tried(reader, step.number, step.text, step.paths, check), *_failed(reader, step.number, step.text)]
    making = not _MAKING.isdisjoint(index_terms(step.text))
    for path in step.paths:
        found += _tied(reader, step.number, path)
        if not exists(memory.project.tree, path):
            folder = path.rpartition("/")[0]
            if folder and not exists(memory.project.tree, folder):
                text = f"neither {path} nor its folder is there: a new part of the project, or a slip"
                found.append(Warned(step.number, NOTE, MISSING, text, ""))
            elif not making:
                text = f"there is no {path}, and the step does not say that it is made"
                found.append(Warned(step.number, NOTE, MISSING, text, ""))
    return found


def _tried(reader: Reader, number: int, text: str, paths: Sequence[str], check: Checker | None) -> list[Warned]:
    """What was tried before and did not work."""
    found = []
    for one in negative.about(reader, text, paths, checker=check):
        grave = NOTE if one.state == negative.REOPENED else MEDIUM if one.severity == "info" else HIGH
        again = f" (worth another try: {'; '.join(one.again)})" if one.again else ""
        found.append(Warned(number, grave, TRIED, line(clipped(one.text, LONGEST)) + line(again), one.id))
    return found


def _failed(reader: Reader, number: int, text: str) -> list[Warned]:
    """Decisions like it that ended badly."""
    found = []
    for decision, _ in similar(reader, text, MOST_SIMILAR):
        how = ended(reader, decision.id)
        if how.state in ENDED_BADLY:
            because = f": {line(clipped(how.word.reason, LONGEST))}" if how.word and how.word.reason else ""
            said = f'"{line(clipped(decision.name, LONGEST))}" ended {how.state}{because}'
            found.append(Warned(number, MEDIUM, FAILED, said, decision.id))
    return found


def _tied(reader: Reader, number: int, path: str) -> list[Warned]:
    """What is tied to a place and contested, or bites there."""
    found = []
    for held in reader.several(tied(reader, path, MOST_TIED), Shelf(("active", "contested"))):
        said = line(clipped(held.title or held.text, LONGEST))
        if held.standing == "contested":
            found.append(Warned(number, MEDIUM, CONTESTED, f"{path}: {said}", held.id))
        elif held.kind == "gotcha" and not negative.is_negative(held):
            found.append(Warned(number, NOTE, BITES, f"{path}: {said}", held.id))
    return found
