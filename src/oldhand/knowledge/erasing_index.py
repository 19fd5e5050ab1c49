"""The code index after a forgetting: it keeps no word of what was erased that the project's files no longer say.

It was made of the project's files, so what these still say is theirs, and they are named. What they said once and
say no more may still stand in it, and in pages of its file that are free: then it is written anew without that, or
removed, and made again when it is next needed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from oldhand.code.project import STORE_FOLDER
from oldhand.errors import OldhandError
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, index_terms, stem
from oldhand.store import written_out
from oldhand.store.code_file import CodeFile, name_for

if TYPE_CHECKING:
    from oldhand.memory import Memory
    from oldhand.store.code_index import CodeIndex
    from oldhand.store.code_records import Postings

INDEXES = "code*.db"  # one for each worktree
FEWEST_WORDS = 3  # of a sentence that is looked for in files: fewer are in many by chance
SHORTEST = 4  # bytes of a word that is looked for: shorter ones stand in any file of numbers by chance
LONG = 10  # bytes from which on a word is looked for without its ends too, which a freed page may have lost
CUT = 2  # bytes of each end
MOST_FILES = 200  # that have all words of a text and are read: some 0.2 s
MOST_NAMED = 20  # files that are named
LARGEST_READ = 1 << 20  # bytes of a file that is read: what people write by hand is far smaller
COMMIT = "commit "  # how the name of what is no file begins
SHA_SHOWN = 12  # digits of a commit's id
_STOP = {stem(word) for word in ENGLISH_STOP_WORDS | RUSSIAN_STOP_WORDS}  # terms that no index holds of files
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


class Cleaned(NamedTuple):
    """still: files of the project and commits of its history that say what was erased; left: what could not be
    cleaned and why."""

    still: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def clean(memory: "Memory", texts: Sequence[str], rare: frozenset[str], *, unsure: bool, everywhere: bool) -> Cleaned:
    """Have the code indexes keep nothing of these texts but what the project's files say.

    rare: their terms that stand in no other memory; unsure: whether there were other texts, which are not known any
    more: then the indexes go; everywhere: whether to look at those of the other known projects too.
    """
    folder = memory.project.store
    own = folder / name_for(memory.project.root, memory.project.tree)
    others = [path for path in sorted(folder.glob(INDEXES)) if path != own]
    if everywhere:
        stores = (root / STORE_FOLDER for root in memory.known_projects().values())
        others += [path for store in stores if store != folder for path in sorted(store.glob(INDEXES))]
    still: list[str] = []
    doomed = [path for path in others if unsure or _tells(path, texts, rare)]
    if own.exists():
        gone, silent = rare - _STOP, {one for text in texts for one in _sentences(text)}
        try:
            from oldhand.code.indexing import indexed

            with indexed(memory) as index:
                still, said = _saying(memory, index, silent)
                silent -= said
                gone -= index.matching(rare).keys() | index.commits_matching(rare).keys()
        except OldhandError:
            unsure = True  # it cannot be brought up to date, so nothing in it can be told from what was
        if unsure:
            doomed.append(own)
        else:
            doomed += _purged(own, still, lambda: _holds(own, _pieces(texts, gone, silent)))
    return Cleaned(tuple(still), tuple(filter(None, map(_removed, doomed))))


def saying(memory: "Memory", texts: Sequence[str]) -> list[str]:
    """The files of the project, and the commits, that say a sentence of these texts; none where there is no index."""
    if not texts or not (memory.project.store / name_for(memory.project.root, memory.project.tree)).exists():
        return []
    from oldhand.code.indexing import indexed

    try:
        with indexed(memory) as index:
            return _saying(memory, index, {one for text in texts for one in _sentences(text)})[0]
    except OldhandError:
        return []  # the index cannot be read: it goes when this is erased


def _purged(own: Path, still: Sequence[str], holds: Callable[[], bool]) -> list[Path]:
    """Have the project's own index keep nothing that its files do not say; the index, when it must go for that.

    The files that say it are noted: when they change, the index is purged anew.
    """
    from oldhand.code import indexing_erased

    try:
        indexing_erased.note(own.parent, (name for name in still if not name.startswith(COMMIT)))
        if not holds():
            return []
        file = CodeFile(own.parent, own.name)
        try:
            indexing_erased.purge(file)
        finally:
            file.close()
        return [own] if holds() else []
    except (OldhandError, OSError):
        return [own]


def _removed(path: Path) -> str:
    """Remove an index; why it could not be, else nothing."""
    file = CodeFile(path.parent, path.name)
    try:
        file.remove()
    except OldhandError as error:
        return f"{path}: it may hold words of it and cannot be removed ({error})"
    return ""


def _tells(path: Path, texts: Sequence[str], rare: frozenset[str]) -> bool:
    """Whether an index whose files are not at hand holds a text, a sentence of it, or all its words."""
    known = [term for term in rare - _STOP if len(term.encode("utf-8", "surrogatepass")) >= SHORTEST]
    if _holds(path, _pieces((), frozenset(), {one for text in texts for one in _sentences(text)})):
        return True
    return bool(known) and all(_holds(path, [term.encode("utf-8", "surrogatepass")]) for term in known)


def _holds(path: Path, pieces: Iterable[bytes]) -> bool:
    """Whether an index or its log holds one of these bytes."""
    needles = sorted(set(pieces))
    logs = (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}.creating"))
    return bool(needles) and any(written_out.contains(one, needles) for one in logs)


def _pieces(texts: Sequence[str], terms: frozenset[str], sentences: Iterable[str]) -> Iterator[bytes]:
    """What gives a file away: these terms, the words of the texts they come from, in any case, and the sentences."""
    words = {word for text in texts for word in _WORD.findall(text) if not terms.isdisjoint(index_terms(word))}
    words |= {form for word in words for form in (word.lower(), word.upper(), word.casefold())} | set(terms)
    for word in words:
        raw = word.encode("utf-8", "surrogatepass")
        if len(raw) >= SHORTEST:
            yield raw[CUT:-CUT] if len(raw) >= LONG else raw
    yield from (one.encode("utf-8", "surrogatepass") for one in sentences)


def _sentences(text: str) -> list[str]:
    """The sentences of a text that are long enough to be told by."""
    found = (one.strip().rstrip(".!?") for one in _SENTENCE_END.split(text))
    return [one for one in found if len(_WORD.findall(one)) >= FEWEST_WORDS]


def _plain(text: str) -> str:
    """The words of a text, so that marks of comments, lists and line ends make no difference."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _saying(memory: "Memory", index: "CodeIndex", sentences: Iterable[str]) -> tuple[list[str], set[str]]:
    """The files of the project, and the commits, that still say one of these sentences; and the sentences they say."""
    from oldhand.code.paths import read_bytes

    wanted = {_plain(one): one for one in sentences}
    names, commits = index.documents().names, index.commit_documents().names
    paths: set[str] = set()
    shas: set[str] = set()
    for one in wanted:
        terms = [term for term in dict.fromkeys(index_terms(one)) if term not in _STOP]
        paths |= {names[number] for number in _with_all(index.matching(terms), terms)}
        shas |= {commits[number] for number in _with_all(index.commits_matching(terms), terms)}
    found: list[str] = []
    told: set[str] = set()

    def look(name: str, text: str) -> None:
        plain = _plain(text)
        if here := {one for words, one in wanted.items() if words in plain}:
            told.update(here)
            found.append(name)

    for path in sorted(paths)[:MOST_FILES]:
        try:
            look(path, read_bytes(memory.project.tree, path, LARGEST_READ).decode("utf-8", "replace"))
        except OldhandError:
            continue  # it is gone, or no text by now
    for sha in sorted(shas)[:MOST_FILES]:
        if commit := index.commit(sha):
            look(f"{COMMIT}{sha[:SHA_SHOWN]}", f"{commit.subject}\n{commit.body}")
    return found[:MOST_NAMED], told


def _with_all(found: "dict[str, Postings]", terms: Sequence[str]) -> list[int]:
    """The documents that have every one of the terms."""
    if not terms or any(term not in found for term in terms):
        return []
    each = [set(found[term].documents) for term in terms]
    return sorted(set.intersection(*each))
