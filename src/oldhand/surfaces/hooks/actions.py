"""At an action: what memory knows of this very file or command, once in a session. Mostly nothing.

A quick look comes first (`knowledge.beforehand`); only when it finds something is the whole of it asked.
"""

from oldhand.knowledge.beforehand import of_command, of_file
from oldhand.knowledge.shell_words import programs
from oldhand.surfaces.hooks.memory_of_session import Told, judgement

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from oldhand.knowledge.beforehand import Seen
    from oldhand.store.at_hand import AtHand
    from oldhand.surfaces.hooks.payload import Happening
    from oldhand.surfaces.hooks.places import Place

# Programs whose words are files that they show or change: to run one of them is to read, or to edit, the file.
_SHOWING = (
    "cat sed nl head tail less more bat batcat rg grep egrep fgrep awk gawk view code od xxd hexdump diff cut sort wc"
    " column jq yq type tac strings"
)
_CHANGING = "tee rm mv cp patch truncate vim vi nvim nano emacs ed ex perl"
SHOWING, CHANGING = frozenset(_SHOWING.split()), frozenset(_CHANGING.split())
IN_PLACE = ("-i", "--in-place")
INTO = (">", ">>", "1>", "&>")
MOST_FILES = 6  # files of one command that are looked at
MOST_TRIED = 24  # words of a command that are tried as files


def done(one: "Happening", place: "Place") -> "list[tuple[str, str]]":
    """What an action does: (edit or read, file relative to the project), and (command, the line)."""
    if one.action != "command":
        found = (place.relative(path) for path in one.paths())
        return [(one.action, path) for path in found if path]
    command = one.command
    return [("command", command), *_files(command, place)] if command else []


def _files(command: str, place: "Place") -> "list[tuple[str, str]]":
    """The files of the project that a command line shows or changes."""
    tried: dict[str, str] = {}
    for words in programs(command):
        name, rest = words[0], words[1:]
        if name not in SHOWING and name not in CHANGING:
            rest = _redirected(rest)
            kind = "edit"
        else:
            changes = name in CHANGING or any(word.startswith(IN_PLACE) for word in rest)
            kind = "edit" if changes else "read"
            tried.update(dict.fromkeys(_redirected(rest), "edit"))
        for word in rest:
            if not word.startswith(("-", ">", "<", "$", "&")):
                tried.setdefault(word, kind)
    found: dict[str, str] = {}
    for word, kind in list(tried.items())[:MOST_TRIED]:
        path = place.relative(word)
        if path and len(found) < MOST_FILES and ("." in word or "/" in word or _is_file(place, path)):
            found.setdefault(path, kind)
    return [(kind, path) for path, kind in found.items()]


def _redirected(words: "list[str]") -> "list[str]":
    """The words that outputs are written into."""
    found = []
    for at, word in enumerate(words):
        if word in INTO:
            found += words[at + 1 : at + 2]
        elif word.startswith(">"):
            found.append(word.lstrip(">"))
    return [word for word in found if word]


def _is_file(place: "Place", path: str) -> bool:
    from oldhand.surfaces.hooks.places import REGULAR, kind_of

    return kind_of(f"{place.tree}/{path}") == REGULAR


def at_action(
    home: str, place: "Place", one: "Happening", store: "AtHand", now_ms: int
) -> "tuple[str, list[dict[str, object]]]":
    """What is told at an action, and what is to be noted of it."""
    actions = done(one, place)
    if not actions:
        return "", []
    told = Told(place.store, one.session, one.agent)
    root = ""
    asked: dict[tuple[str, str], Seen | None] = {}
    for kind, what in actions:
        seen = None if kind == "command" else of_file(store, what, kind, now_ms)
        ids = seen.ids if seen else of_command(store, what, now_ms)
        if any(name not in told.known for name in ids):
            root = root or store.root()
            if judgement(root, kind, what) not in told.known:
                asked[kind, what] = seen
    if not asked:
        return "", []
    from oldhand.surfaces.hooks.hashing import by_python
    from oldhand.surfaces.hooks.preferences import speaks_at_actions

    if not speaks_at_actions(home, place.store):
        return "", []
    by_python()
    from oldhand.surfaces.hooks.telling import tell

    return tell(home, place, one, store, asked, told, root, now_ms)
