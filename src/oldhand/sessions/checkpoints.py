"""Checkpoints: where a session stands, as its agent says it and as git and the log of the session complete it.

One memory a session (kind `handoff`), of which each checkpoint is a new wording: what was before stays in its history.
What it says is an agent's word at most, for a good part of it is what others typed and ran. What a person words is a
memory of its own beside it, which holds their words and no others: it is believed as theirs, and no agent rewords it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.errors import BadArgument
from oldhand.knowledge.assertion import Asserted, Statement, assert_, identity, revise, statement
from oldhand.knowledge.briefing import ASKED_FOR
from oldhand.knowledge.capture import BY, LIFECYCLE
from oldhand.knowledge.successors import present_key
from oldhand.model.identity import SHOWN_DIGITS, memory_of_slot
from oldhand.model.trust import Voice, least
from oldhand.sessions.gathering import LONGEST_ITEM, MOST_FILES, MOST_IDS, MOST_ITEMS, Gathered, gather
from oldhand.sessions.handed import (
    BY_PERSON,
    DOMAIN,
    KIND,
    LOG,
    SAID,
    by_person,
    files_of,
    held_of,
    key_for,
    tells_something,
)
from oldhand.sessions.whose import Whose
from oldhand.sessions.working_tree import UNREAD, Tree, digests, inside, made_after, told, tree_now, tree_then
from oldhand.store.by_kind import how_many, of_kind
from oldhand.store.fold import standing
from oldhand.store.reader import Held, Reader
from oldhand.store.shelf import Shelf

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.transaction import Transaction

LONGEST_TEXT = 2_000  # characters of what a session is about
MOST_DIRTY = 40
MOST_COMMITS = 20
OF_BRANCH = 3  # checkpoints of one branch that are not put away: sessions at work on it at once, or one after another
MOST_STANDING = 20  # of all branches
AFTERWARDS_MS = 60_000  # after its last event, in which a commit is still one of a session that nobody worded
UNTOLD = "A session whose words give orders to their reader, and are not told."
LATE_MS = 600_000  # after its last event, from which on a session is handed over as it was then, not as things are now
SAYABLE = ("done", "next", "open")


class Said(NamedTuple):
    """What an agent says of its session. text: what it is about; done, next, open: in its own words."""

    text: str = ""
    title: str = ""
    done: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether anything was said."""
        return any(self)


def checked(said: Said) -> Said:
    """What was said, within its bounds and without what is empty. Raises BadArgument."""
    if len(said.text) > LONGEST_TEXT:
        raise BadArgument("text", f"{said.text[:40]}…", f"it has {len(said.text)} characters, {LONGEST_TEXT} at most")
    lists = {}
    for name in SAYABLE:
        items = [" ".join(one.split()) for one in getattr(said, name)]
        kept = tuple(dict.fromkeys(one for one in items if one))
        if len(kept) > MOST_ITEMS:
            raise BadArgument(name, f"{len(kept)} items", f"{MOST_ITEMS} at most; an arc holds more (`oldhand arc`)")
        if long := next((one for one in kept if len(one) > LONGEST_ITEM), ""):
            raise BadArgument(name, f"{long[:40]}…", f"it has {len(long)} characters, {LONGEST_ITEM} at most")
        lists[name] = kept
    return said._replace(text=said.text.strip(), title=" ".join(said.title.split()), **lists)


def key_of(memory: "Memory", session: Whose, tree: Tree, by_person: bool = False) -> str:
    """The key of a session's checkpoint; without a session, that of who speaks on this branch."""
    name = session.id or f"{memory.actor} on {tree.branch or tree.commit[:SHOWN_DIGITS] or 'no branch'}"
    return key_for(name, by_person)


def content(
    memory: "Memory", session: Whose, said: Said, before: Held | None, gathered: Gathered, tree: Tree, made: str
) -> dict[str, Any]:  # fmt: skip
    """The content of a checkpoint: what is said, else what was said before in this session, else what the log tells."""
    old = before.wordings[-1].content if before is not None and before.wordings else {}
    mine = old if old.get("source") == SAID else {}
    fields: dict[str, Any] = {}
    for name in ("text", "title", *SAYABLE):
        fields[name] = getattr(said, name) or mine.get(name) or getattr(gathered, name)
    fields["text"] = fields["text"] or _about(gathered)
    # What is not committed is this session's when it says so, or when nothing else is known; a folder has no digest.
    ours = session.row is None or said.anything or bool(mine)
    changed = [name for name in tree.dirty if ours and not name.endswith("/")]
    paths = list(dict.fromkeys([*inside(memory, gathered.files), *_paths(old), *changed]))[:MOST_FILES]
    held = dict.fromkeys(paths, UNREAD) if tree.until else digests(memory, paths)
    begun = gathered.started or (before.created if before is not None else 0)
    until = tree.until or (0 if ours else gathered.last + AFTERWARDS_MS)
    commits = [told(one) for one in made_after(memory, begun, until)]
    return fields | {
        "made": made, "source": SAID if said.anything or mine else LOG, "session": session.id, "host": session.host,
        "branch": tree.branch, "commit": tree.commit, "files": [f"{held[path]} {path}" for path in paths],
        "dirty": list(tree.dirty[:MOST_DIRTY]), "commits": commits[:MOST_COMMITS], "failing": list(gathered.failing),
        "told": list(gathered.told[:MOST_IDS]), "decided": list(gathered.decided[:MOST_IDS]),
    }  # fmt: skip


def _tree(memory: "Memory", session: Whose, by_itself: bool) -> Tree:
    """The working tree that a checkpoint tells of: that of now, but of a session that was over long before that of
    then."""
    row = session.row
    if row is None or not by_itself or memory.now() - row.last <= LATE_MS:
        return tree_now(memory)
    return tree_then(memory, row.last, row.session.branch)


def _still_to_do(items: Iterable[str], done: Iterable[str]) -> list[str]:
    """What is next without what is done now."""
    from oldhand.sessions.arcs import spaced

    over = {spaced(one) for one in done}
    return [one for one in items if spaced(one) not in over]


def _about(gathered: Gathered) -> str:
    """What to say of a session of which nobody said what it is about."""
    if gathered.files:
        names = ", ".join(name.rpartition("/")[2] for name in gathered.files[:3])
        return f"A session that worked on {names}{' and others' if len(gathered.files) > 3 else ''}."
    return "A session of which nothing was said."


def _paths(old: dict[str, Any]) -> list[str]:
    """The files of the checkpoint before."""
    return [one.path for one in files_of(old.get("files", ()))]


def _persons(
    memory: "Memory", session: Whose, said: Said, before: Held | None, tree: Tree, made: str
) -> dict[str, Any]:
    """The content of what a person words: their words alone, now and before, and where the working tree stands."""
    old = before.wordings[-1].content if before is not None and before.wordings else {}
    fields: dict[str, Any] = {name: getattr(said, name) or old.get(name, ()) for name in ("text", "title", *SAYABLE)}
    first = (one for name in ("next", "open", "done") for one in fields[name])
    fields["text"] = fields["text"] or fields["title"] or next(first, _about(Gathered()))
    changed = [name for name in tree.dirty if not name.endswith("/")]
    held = digests(memory, list(dict.fromkeys([*_paths(old), *changed]))[:MOST_FILES])
    return fields | {
        "made": made, "source": SAID, "session": session.id, "host": session.host, "branch": tree.branch,
        "commit": tree.commit, "files": [f"{digest} {path}" for path, digest in held.items()],
        "dirty": list(tree.dirty[:MOST_DIRTY]),
    }  # fmt: skip


def ready(memory: "Memory", fields: dict[str, Any], key: str, vouched: bool = False) -> Statement:
    """A checkpoint as a statement, without what gives orders to its reader. Secrets in it are replaced.

    vouched: a person words it, and may say what they like.
    """
    kept = {name: value if vouched else _harmless(value) for name, value in fields.items()}
    kept["text"] = kept["text"] or UNTOLD
    return statement(
        memory.project.tree, KIND, {name: value for name, value in kept.items() if value},
        screening=memory.screening(), domain=DOMAIN, key=key, priority=ASKED_FOR,
    )  # fmt: skip


def _harmless(value: Any) -> Any:
    """A field without the parts that would make all of it wait in review: what was typed or pasted may be anything."""
    from oldhand.knowledge.orders import gives_orders

    if isinstance(value, str):
        return "" if gives_orders(value, vouched=False) else value
    return [one for one in value if not gives_orders(one, vouched=False)]


def voice_for(memory: "Memory", session: Whose, source: str) -> Voice:
    """Who says a checkpoint: believed no more than an agent; what the log alone tells comes in as `session`."""
    trust = least(memory.trust, "agent")
    if source == SAID:
        return Voice(memory.actor, memory.origin, trust)
    return Voice(f"agent:{session.host}" if session.host else memory.actor, "session", trust)


def put(transaction: "Transaction", said: Statement, voice: Voice) -> Asserted:
    """Take a checkpoint in: a new wording of its session's, whatever the one before said. Raises ErasedMemory and its
    kin."""
    memory = identity(said)
    record = transaction.record(memory)
    state = standing(record)
    if state in ("active", "contested"):
        if {head["revision"] for head in record["heads"]} == {said.revision}:
            return Asserted(memory, said.revision, "unchanged", (), 1)
        return revise(transaction, memory, said, voice)
    return assert_(transaction, said, voice)


class Kept(NamedTuple):
    """What making a checkpoint did. before: the one of this session that it follows, by its id, empty for the first;
    steps: what it moved on: (goal, step); left_out: how many texts were left out, as they give orders; beside: what a
    person worded of the same session, by its id, which stays as it is."""

    asserted: Asserted
    fields: dict[str, Any]
    session: Whose
    tree: Tree
    before: str
    steps: tuple[tuple[str, str], ...]
    left_out: int
    beside: str
    root: str


def keep(
    memory: "Memory", session: Whose, said: Said, made: str, *, arc: str = "", by_itself: bool = False
) -> Kept:  # fmt: skip
    """Make a checkpoint of a session and move on the goals that it names. Raises BadArgument and what the store raises.

    arc: the name of a goal that all of what is done belongs to; by_itself: nobody asked for it, the session is over.
    """
    from oldhand.sessions import arcs

    said = checked(said)
    tree = _tree(memory, session, by_itself)
    person = memory.trust == BY_PERSON and (said.anything or not session.id)
    key = key_of(memory, session, tree, person)
    with memory.reading() as reader:
        key = present_key(reader.standing, DOMAIN, key)
        goal = arcs.named(reader, arc).id if arc else ""
        before = reader.find(memory_of_slot(DOMAIN, key))
        since = gather(memory, reader, session)
        goals = arcs.open_goals(reader)
        theirs = held_of(reader, session.id, by_person=True) if session.id and not person else None
    before = before if before is not None and before.wordings else None
    if person:
        fields = _persons(memory, session, said, before, tree, made)
    else:
        fields = content(memory, session, said, before, since, tree, made)
    moves = arcs.moves(memory, goals, said.done, since.started, goal) if goals else []
    fields["next"] = _still_to_do(fields["next"], [*said.done, *(one.text for one in moves)])
    ready_ = ready(memory, fields, key, vouched=person)
    voice = memory.voice if person else voice_for(memory, session, fields["source"])
    with memory.writing() as transaction:
        done = put(transaction, ready_, voice)
        steps = arcs.carry_out(memory, transaction, moves, session.id, voice)
        for name in dict.fromkeys([goal] * bool(goal) + [one.goal for one in moves]):
            arcs.along(transaction, done.memory, name, voice)
        _put_away_old(transaction, done.memory, tree.branch, voice)
    beside = theirs.id if theirs is not None and theirs.standing in ("active", "contested") else ""
    left_out = _texts(fields) - _texts(ready_.content)
    name = before.id if before else ""
    return Kept(done, ready_.content, session, tree, name, steps, max(left_out, 0), beside, transaction.root.hex())


def _texts(fields: dict[str, Any]) -> int:
    """How many texts there are that somebody worded, but for what the session is about when nothing is left of it."""
    count = sum(len(fields.get(name, ())) for name in (*SAYABLE, "failing", "commits"))
    return count + bool(fields.get("title")) + (fields.get("text") not in ("", None, UNTOLD))


def _put_away_old(transaction: "Transaction", present: str, branch: str, voice: Voice) -> None:
    """Retire what later sessions took the place of: of this branch all but the latest OF_BRANCH, and in all all but
    MOST_STANDING. Where many stood, they would answer in the place of what is known. What a person worded gives way to
    what a person words later, and to nothing else."""
    reader = Reader(transaction.connection)
    if how_many(reader, (KIND,)) < OF_BRANCH:
        return
    names = of_kind(reader, KIND, 2 * MOST_STANDING)  # the latest first; what this change says is not among them yet
    held = [one for one in reader.several(names, Shelf(("active",))) if one.wordings and one.id != present]
    held = [one for one in held if by_person(one) is (voice.trust == BY_PERSON)]
    held.sort(key=lambda one: not tells_something(one))  # those that tell nothing go first
    here = [one.id for one in held if str(one.wordings[-1].content.get("branch", "")) == branch]
    for name in dict.fromkeys([*here[OF_BRANCH - 1 :], *(one.id for one in held[MOST_STANDING - 1 :])]):
        fields = {"reason": "later sessions took its place", BY: LIFECYCLE}
        transaction.emit("retire", name, voice.actor, voice.origin, fields)
