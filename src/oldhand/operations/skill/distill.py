"""The operation `skill distill`."""

from typing import NamedTuple

from oldhand.errors import UnknownSkill
from oldhand.memory import Memory
from oldhand.operation import WRITE, operation
from oldhand.reasoning.skill_distilling import Draft, Kept, drafts, evidence, foreseen, keep, put_by, slug
from oldhand.reasoning.skill_subjects import FEWEST, LEAST_TRIALS, identity
from oldhand.reasoning.skill_telling import SkillTold, told
from oldhand.reasoning.skills import Memory as SkillMemory
from oldhand.reasoning.skills import Skill, read, skill_of
from oldhand.store.reader import Reader


class SkillDistilled(NamedTuple):
    """A skill after it was distilled. outcome: remembered, changed, restored, unchanged, quarantined (it waits in
    review) or put away; why: why it was not taken in."""

    outcome: str
    why: str
    skill: SkillTold


class Distilled(NamedTuple):
    """What distilling made. retired: skills whose decisions make none any more; resolved: decisions with a known
    outcome, open: without one; fewest, trials: as many decisions and as much evidence a skill needs."""

    items: list[SkillDistilled]
    retired: int
    resolved: int
    open: int
    fewest: int
    trials: float
    dry_run: bool
    root: str


@operation(WRITE)
def distill(memory: Memory, subject: str = "", *, dry_run: bool = False) -> Distilled:
    """Distil skills from the decisions whose outcome is known, one for each subject with enough of them

    A skill says what went better and what worse than the subject's other decisions, only where the evidence allows
    no other conclusion. Distilled again, a skill changes only when its decisions or their outcomes did.

    Parameters
    subject: only this one: a module, a dependency, a tag or a word that decisions name
    dry_run: tell what would be kept and write nothing
    """
    with memory.reading() as reader:
        seen = evidence(reader)
        made = _chosen(drafts(reader, seen), subject)
        kept = [Kept(one.id, foreseen(reader, one)) for one in made]
    counts = (len(seen.cases), len(seen.open), FEWEST, LEAST_TRIALS)
    gone: list[str] = []
    if not dry_run:
        with memory.writing() as transaction:
            kept = [keep(memory, transaction, one, asked=bool(subject)) for one in made]
            gone = put_by(transaction, [one.id for one in made]) if not subject else []
    with memory.reading() as reader:
        items = [
            SkillDistilled(done.outcome, done.why, told(_now(reader, one, dry_run), memory.now()))
            for done, one in zip(kept, made, strict=True)
        ]
        root = reader.root().root.hex()
    memory.trace_detail = {"skills": len(items), "root": root}
    return Distilled(items, len(gone), *counts, dry_run, root)


def _chosen(made: list[Draft], subject: str) -> list[Draft]:
    """Those of a subject, however it is written; all where none is named. Raises UnknownSkill."""
    if not subject.strip():
        return made
    wanted = identity(subject)
    found = [one for one in made if wanted == one.subject.identity or slug(subject) == slug(one.subject.shown)]
    if not found:
        raise UnknownSkill(subject)
    return found


def _now(reader: Reader, one: Draft, dry_run: bool) -> Skill:
    """A skill as it is kept now; as it would be kept where it is not, or nothing was written."""
    held = None if dry_run else reader.find(one.id)
    return skill_of(held) if held is not None and held.wordings else read(one.content, SkillMemory(one.id))
