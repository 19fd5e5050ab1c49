"""Beforehand: a quick look whether any memory may concern an action, so that a hook can end without a word.

It asks what `oldhand.knowledge.at_action` asks, in the same order and within the same bounds, and leaves out the
judgements that take long to import. So it may name a memory that is then not told, and never passes over one that
would be; a test over many stores holds the two together. Nothing here imports what takes time.
"""

from oldhand.knowledge.shell_words import programs, words_follow
from oldhand.model.first_term import first_term

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from collections.abc import Iterable

    from oldhand.store.at_hand import AtHand, Near

UNSURE = "?"  # stands for a memory that cannot be named: only the whole look can tell
MOST_TIED, MOST_AROUND, MOST_TRIGGERED, MOST_NAMING = 40, 10, 40, 40  # as in at_action
ASKED_FOR = -50  # as in briefing
BY_FILE = 2  # as in at_action
MOST_PARTS = 8  # terms that a program's name may have behind its first, as `x86_64-linux-gnu-gcc` has
TOLD = ("reminder", "gotcha", "negative", "decision", "convention", "claim")
OF_FILES = ("edit", "read", "file")
MARK, BROAD = "on-", "-in"  # as in occasions
SIGNS = frozenset("*?[]{}\\")  # what is not literal in a pattern
# How somebody begins who asks the memory itself. What follows is what they ask for.
QUESTIONS = (
    "what do we know about", "what do you know about", "what do you remember about", "what do we remember about",
    "do you remember", "do we remember", "remember when", "oldhand:", "oldhand,", "что мы знаем о", "что мы знаем про",
    "что ты знаешь о", "что ты знаешь про", "что ты помнишь о", "что мы помним о", "помнишь,", "помнишь ли",
    "помнишь как",
)  # fmt: skip
# How somebody says who is about to choose between ways of doing: of the plain signs that `reasoning.routing` goes by,
# those that can be told without a pattern. Whoever says it so is nearly always choosing; many choose in other words.
CHOOSING = (
    "should we ", "shall we ", "should i use ", "should i choose ", "which is better", "what is better",
    "what's better", "is it better to ", "is it worth ", "pros and cons", "switch to ", "migrate to ",
    "let's go with ", "let's use ", "why don't we ", "why not use ", "what do you think about using ", "стоит ли ",
    "что лучше", "или лучше ", "не лучше ли ", "перейти на ", "перейдём на ", "перейдем на ", "почему бы не ",
)  # fmt: skip
MOST_CHOOSING = 2_000  # characters of a prompt that are looked through for it: what somebody wants is said early
LONGEST_QUESTION = 400  # characters of a prompt that may be a question of memory: what is longer is a task


class Seen:
    """The ids of the memories that may concern a file: those tied to it, those tied to a folder around it, and those
    with a trigger that it may set off. Whoever looks closer need read no others, unless UNSURE is among them."""

    def __init__(self, direct: "list[str]", around: "list[str]", triggered: "list[str]") -> None:
        self.direct, self.around, self.triggered = direct, around, triggered

    @property
    def ids(self) -> "list[str]":
        """All of them."""
        return [*self.direct, *self.around, *self.triggered]


def of_file(store: "AtHand", path: str, kind: str, now_ms: int) -> Seen:
    """The memories that may concern a file. path: relative to the project; kind: edit or read."""
    tied = store.tied(path, MOST_TIED)
    found = [near.id for near in tied if _may_be_told(store, near, path, kind, now_ms, True)]
    near_by: list[str] = []
    known = {near.id for near in tied}
    parts = path.split("/")
    for length in range(len(parts) - 1, 0, -1):
        around = store.tied("/".join(parts[:length]), MOST_AROUND)
        known |= {near.id for near in around}
        near_by += [near.id for near in around if _may_be_told(store, near, path, kind, now_ms, False)]
    return Seen(found, near_by, [name for name in _set_off(store, path, kind, now_ms) if name not in known])


def _set_off(store: "AtHand", path: str, kind: str, now_ms: int) -> list[str]:
    """The ids of memories with a trigger that reading or editing a file may set off."""
    if not store.has_triggers():
        return []
    term = first_term(path)
    if term is None:
        return [UNSURE]
    said = [f"{MARK}{kind}{BROAD}", f"{MARK}file{BROAD}", *([f"{kind} {term}", f"file {term}"] if term else [])]
    triggered = _triggered(store, said, MOST_TRIGGERED)
    if triggered is None:
        return []  # the whole look passes over triggers too when the index cannot be read
    return [
        near.id for near in triggered if near.priority > ASKED_FOR and _in_force(near, now_ms)
        and any(_may_fire(trigger, path, kind) for trigger in near.triggers)
    ]  # fmt: skip


def of_command(store: "AtHand", command: str, now_ms: int) -> list[str]:
    """The ids of memories that may concern a command line."""
    if not store.has_triggers():
        return []
    every = list(programs(command))
    first = [first_term(words[0]) for words in every]
    named = {query: None for words in every if (query := _naming(words)) != ""}
    if None in first or None in named:
        return [UNSURE]
    found = []
    if said := [f"command {term}" for term in dict.fromkeys(first) if term]:
        for near in _triggered(store, said, MOST_TRIGGERED) or ():
            if near.priority > ASKED_FOR and _in_force(near, now_ms):
                said_ = (trigger.partition(":") for trigger in near.triggers)
                if any(way == "on-command" and words_follow(about, command) for way, _, about in said_):
                    found.append(near.id)
    for query in named:
        try:
            found += store.names(str(query), MOST_NAMING)
        except store.IndexDamaged:
            break
    return found


def of_prompt(store: "AtHand", now_ms: int) -> list[str]:
    """The ids of memories that may be due at a prompt, whatever it says."""
    if not store.has_triggers():
        return []
    triggered = _triggered(store, [MARK + way for way in ("date", "any", "branch", "prompt")], MOST_TRIGGERED + 1) or []
    if len(triggered) > MOST_TRIGGERED:
        return [UNSURE]
    ways = tuple(MARK + way for way in ("date", "any", "branch", "prompt"))
    return [
        near.id for near in triggered if near.priority > ASKED_FOR and _in_force(near, now_ms)
        and any(trigger.startswith(ways) for trigger in near.triggers)
    ]  # fmt: skip


def question(prompt: str) -> str:
    """What a prompt asks the memory itself; empty for any other prompt."""
    said = " ".join(prompt[: LONGEST_QUESTION + 1].split())
    if len(prompt) > LONGEST_QUESTION:
        return ""
    low = said.lower()
    for beginning in QUESTIONS:
        if low.startswith(beginning):
            rest = said[len(beginning) :]
            if beginning[-1].isalpha() and rest[:1].isalpha():
                continue  # another word that begins so
            return rest.strip(" ,:.?!…")
    return ""


def choosing(prompt: str) -> bool:
    """Whether a prompt plainly chooses between ways of doing, or asks which to take."""
    low = prompt[:MOST_CHOOSING].lower().replace("’", "'")
    return any(sign in low for sign in CHOOSING)


def _naming(words: list[str]) -> str | None:
    """The query for texts that name a program and the next word that is no option; empty when there are no two."""
    plain = [word for word in words if not word.startswith("-")][:BY_FILE]
    if len(plain) < BY_FILE:
        return ""
    terms = [first_term(word) for word in plain]
    if None in terms:
        return None
    return naming_query(plain[0], str(terms[0]), str(terms[1])) if all(terms) else ""


def naming_query(program: str, first: str, second: str) -> str:
    """The FTS5 query for texts that name a program and the word after it, by the first terms of both.

    A plain word has one term. A name with digits, signs or capitals within it (`python3`, `docker-compose`) has its
    parts behind it, so that the next word's term does not follow at once.
    """
    if program.isascii() and program.isalpha() and (program.islower() or program.istitle()):
        return quoted(f"{first} {second}")
    return f"NEAR({quoted(first)} {quoted(second)}, {MOST_PARTS})"


def _may_be_told(store: "AtHand", near: "Near", path: str, kind: str, now_ms: int, direct: bool) -> bool:
    """Whether a memory tied to a file (direct) or to a folder around it may be told there."""
    if near.kind not in TOLD or near.priority <= ASKED_FOR or not _in_force(near, now_ms):
        return False
    if near.kind == "claim" and not (direct and kind == "edit" and near.priority >= 0):
        return False
    if near.kind == "reminder":
        store.read_triggers(near)
        return any(_may_fire(trigger, path, kind, direct) for trigger in near.triggers)
    if near.kind == "gotcha":
        return True
    origins = (origin.removeprefix("repo:").partition(":")[0] for origin in near.origins)
    return any(origin != path for origin in origins)


def _in_force(near: "Near", now_ms: int) -> bool:
    begins, ends = near.valid
    return not (begins is not None and begins > now_ms) and not (ends is not None and ends < now_ms)


def _may_fire(trigger: str, path: str, kind: str, tied: bool = False) -> bool:
    """Whether a trigger of files may be set off by reading or editing a file."""
    way, _, about = trigger.partition(":")
    way = way.removeprefix(MARK).removesuffix(BROAD)
    if way not in OF_FILES or way not in ("file", kind):
        return False
    if not (SIGNS & set(about) or about.endswith("/")):
        return tied or about == path
    return fits_perhaps(about, path)


def fits_perhaps(pattern: str, path: str) -> bool:
    """Whether a path may fit a pattern of `oldhand.code.globbing`: its literal beginning and end stand there."""
    said = pattern.removeprefix("./")
    last = said.rpartition("/")[2]
    tail = last
    for sign in SIGNS:
        tail = tail.rpartition(sign)[2]
    if set("*?[") & set(last) and not set("{}\\") & set(last) and not path.endswith(tail):
        return False
    if "/" not in said.rstrip("/") or "//" in said:
        return True
    head = said.lstrip("/")
    for place, character in enumerate(head):
        if character in SIGNS:
            head = head[:place]
            break
    head = head if len(head) == len(said.lstrip("/")) else head.rpartition("/")[0]
    return not head or path == head.rstrip("/") or path.startswith(head.rstrip("/") + "/")


def _triggered(store: "AtHand", phrases: "list[str]", most: int) -> "list[Near] | None":
    """The memories with one of these phrases in their triggers; None when the index cannot be read."""
    try:
        return store.triggered(_any(phrases), most)
    except store.IndexDamaged:
        return None


def _any(phrases: "Iterable[str]") -> str:
    return " OR ".join(map(quoted, phrases))


def quoted(phrase: str) -> str:
    """A phrase as an FTS5 string."""
    return '"' + phrase.replace('"', '""') + '"'
