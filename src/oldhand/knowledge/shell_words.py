"""Words of command lines: which programs a line runs, and with what words. Nothing is expanded and nothing is run.

Hooks import this before every command: it imports nothing that takes time.
"""

from itertools import islice

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_COMMAND = 4_000  # characters that are looked at: what is longer carries data, and its beginning tells
MOST_STARTS = 64  # programs looked at in one line
SEPARATORS = frozenset(";&|\n()")
QUOTES = "\"'"
COMMENT = "#"  # at the beginning of a word: what follows, up to the end of the line, is not run
# Programs that run the program named after them; options, numbers, NAME=VALUE and RUNS may stand between.
_RUNNING = (
    "sudo doas env time nice nohup timeout command exec xargs uv uvx poetry pipenv pdm hatch rye npx pnpm yarn bunx bun"
    " npm bundle python python2 python3 py ionice stdbuf setsid watch docker-compose"
)
RUNNERS = frozenset(_RUNNING.split())
CODE = "-c"  # behind it stands a program's text, which is no name
RUNS = frozenset({"run", "exec", "dlx", "x", "-m"})  # words by which a runner says that a program follows


def programs(command: str) -> "Iterator[list[str]]":
    """The words from each program on that a command line runs, up to the end of that command.

    `cd x && sudo -u me git push` gives [cd, x], [sudo, -u, me, git, push] and [git, push]. A text in quotes is one
    word, so that what a commit's message says is no program. Of a program's path only its name is given.
    """
    yield from islice(_starts(command[:LONGEST_COMMAND]), MOST_STARTS)


def _starts(command: str) -> "Iterator[list[str]]":
    for words in _commands(command):
        for at, word in enumerate(words):
            if word == CODE:
                break
            if _between(word):
                continue
            name = _name(word)
            yield [name, *words[at + 1 :]]
            before = words[at - 1] if at else ""
            valued = before.startswith("-") and before not in RUNS  # it may be the value of a runner's option
            if not (name in RUNNERS or name.startswith("python3.") or valued):
                break


def _between(word: str) -> bool:
    """Whether a word may stand between a runner and what it runs."""
    head, equals, _ = word.partition("=")
    return word in RUNS or word.startswith("-") or word.isdigit() or (bool(equals) and head.isidentifier())


def _name(word: str) -> str:
    return word.replace("\\", "/").rstrip("/").rpartition("/")[2].removesuffix(".exe") or word


def _commands(line: str) -> "Iterator[list[str]]":
    """The words of each simple command of a line."""
    words: list[str] = []
    word: list[str] = []
    quote, begun, comment = "", False, False
    for character in line:
        if comment and character != "\n":
            continue
        comment = False
        if quote:
            if character == quote:
                quote = ""
            else:
                word.append(character)
        elif character == COMMENT and not word and not begun:
            comment = True
        elif character in QUOTES:
            quote, begun = character, True
        elif character in SEPARATORS or character.isspace():
            if word or begun:
                words.append("".join(word))
                word, begun = [], False
            if character in SEPARATORS and words:
                yield words
                words = []
        else:
            word.append(character)
    if word or begun:
        words.append("".join(word))
    if words:
        yield words


def uncommented(command: str) -> str:
    """A command without its comments: they are not run, and say whatever somebody likes. Text in quotes stays."""
    kept: list[str] = []
    quote, before, comment = "", " ", False
    for character in command:
        comment = comment and character != "\n"
        if comment:
            continue
        if quote:
            quote = "" if character == quote else quote
        elif character in QUOTES:
            quote = character
        elif character == COMMENT and (before.isspace() or before in SEPARATORS):
            comment = True
            continue
        kept.append(character)
        before = character
    return "".join(kept)


def words_follow(wanted: str, command: str) -> bool:
    """Whether a command line runs what `wanted` names: the same program, then its words in order.

    Options may stand between, each with one value: `git push` is in `git -C ../x push --force`.
    """
    sought = next(programs(wanted), [])
    return bool(sought) and any(_begins(sought, words) for words in _run_by(command))


_last: dict[str, tuple[list[str], ...]] = {}  # the programs of the last command line: each trigger asks about it


def _run_by(command: str) -> tuple[list[str], ...]:
    """The programs of a command line."""
    found = _last.get(command)
    if found is None:
        _last.clear()
        _last[command] = found = tuple(programs(command))
    return found


def _begins(sought: list[str], words: list[str]) -> bool:
    if not words or words[0].casefold() != sought[0].casefold():
        return False
    at = 1
    for word in sought[1:]:
        skipped = False
        while at < len(words) and words[at] != word:
            if words[at].startswith("-"):
                skipped = True
            elif skipped:
                skipped = False  # the value of the option before it
            else:
                return False
            at += 1
        if at >= len(words):
            return False
        at += 1
    return True
