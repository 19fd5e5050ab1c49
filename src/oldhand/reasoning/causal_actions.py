"""What is done between a command that failed and its next try: the actions that may be rituals, and everything else.

An action is what is done so that a command may pass without anything being changed in the project: a cache is cleared,
something is restarted or installed again, one waits. All else that may change something counts as a change; what only
looks counts as nothing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from oldhand.knowledge.gotchas import MEND_MS, Run
from oldhand.knowledge.shell_words import programs
from oldhand.recall.render import clipped

CLEAR, RESTART, INSTALL, WAIT = "clearing", "restarting", "installing again", "waiting"
LONGEST_WORD = 40  # characters of a word in an action's name
# Programs that change nothing that a later try could feel, and what only moves within or names things.
_LOOKING = (
    "ls cat head tail grep rg egrep fgrep fd wc less more tree stat file du df ps top env printenv echo printf pwd"
    " which type whereis man true false date id uname whoami cd pushd popd test [ diff cmp sort uniq cut awk jq yq nl"
    " column basename dirname realpath readlink sha256sum md5sum hexdump xxd strings lsof netstat ss ping history time"
    " set source . activate"
)
LOOKING = frozenset(_LOOKING.split())
# Programs that look with these first words, and may change something with others.
_LOOKING_WITH = (
    "git status diff log show blame branch remote rev-parse ls-files describe grep reflog, docker ps logs images"
    " inspect, npm ls list view outdated, pip list show freeze check, pip3 list show freeze check, cargo tree metadata,"
    " systemctl status list-units"
)
LOOKING_WITH = {words[0]: frozenset(words[1:]) for words in map(str.split, _LOOKING_WITH.split(", "))}
# Options by which a program that looks does change something.
_WRITING_WITH = "find -delete -exec -execdir -ok, sed -i --in-place, sort -o, yq -i"
WRITING_WITH = {words[0]: frozenset(words[1:]) for words in map(str.split, _WRITING_WITH.split(", "))}
# A program and its first word, or a program alone, by what it does.
_CLEARING = (
    "npm cache, yarn cache, pnpm store, pip cache, pip3 cache, cargo clean, go clean, make clean, gradle clean,"
    " gradlew clean, mvn clean, dotnet clean, flutter clean, redis-cli flushall, redis-cli flushdb, docker system,"
    " docker builder, git gc, composer clear-cache, bazel clean, poetry cache, uv cache"
)
_RESTARTING = (
    "systemctl restart, systemctl stop, systemctl start, service, docker restart, docker stop, docker start,"
    " docker compose, docker-compose restart, docker-compose down, docker-compose up, pm2 restart,"
    " supervisorctl restart, kubectl rollout, kill, pkill, killall, launchctl, brew services"
)
_INSTALLING = (
    "npm install, npm i, npm ci, yarn install, yarn, pnpm install, pnpm i, pip install, pip3 install, bundle install,"
    " poetry install, poetry lock, uv sync, uv pip, composer install, cargo fetch, cargo update, go mod, go get,"
    " apt-get install, apt install, brew install, pipenv install, mix deps.get, pod install, flutter pub,"
    " conda install, bun install, deno install, gem install, dotnet restore"
)
KNOWN = {
    tuple(form.split()): kind
    for kind, forms in ((CLEAR, _CLEARING), (RESTART, _RESTARTING), (INSTALL, _INSTALLING))
    for form in forms.split(", ")
}
WITH_ANYTHING = frozenset({"service", "kill", "pkill", "killall", "launchctl"})  # what they are given is no command
REMOVERS = frozenset({"rm", "rmdir", "rimraf"})
_CACHES = (
    "node_modules dist build target out .next .nuxt .turbo .parcel-cache .cache __pycache__ .pytest_cache .mypy_cache"
    " .ruff_cache .tox .nox .gradle .eggs coverage .coverage package-lock.json yarn.lock pnpm-lock.yaml tmp .tmp .vite"
    " .angular deriveddata .venv venv"
)
CACHES = frozenset(_CACHES.split())  # folders and files that programs make anew by themselves
_PREFIXES = "sudo doas env time nice nohup timeout command exec xargs ionice stdbuf setsid watch"
PREFIXES = frozenset(_PREFIXES.split())  # programs that only run the one behind them
NOWHERE = "/dev/null"


class Try(NamedTuple):
    """The next try of a command that failed. command: its program and first word; at, session: of this try; passed:
    whether it passed; actions: what was done since the failure; changed: whether anything else was that may have
    changed something."""

    session: str
    at: int
    command: str
    passed: bool
    actions: frozenset[str]
    changed: bool


class _Waiting(NamedTuple):
    """A command that failed, when, and what was done since."""

    at: int
    actions: frozenset[str]
    changed: bool


def tries(runs: Iterable[Run], session: str) -> list[Try]:
    """Each next try, within two hours, of a command that failed in a session, in their order.

    A try is the same program with the same words, options aside. Commands that only look are none: that `grep` finds
    nothing is no failure. What stands before the command in its own line was done before it.
    """
    found: list[Try] = []
    waiting: dict[tuple[str, ...], _Waiting] = {}
    for run in runs:
        parts = commands(run.command)
        if not parts:
            continue
        named = [_read(words) for words in parts[:-1]]
        own = _key(parts[-1])
        before = frozenset(action for action, _ in named if action)
        changes = bool(run.changed) or any(changed for _, changed in named)
        waiting = {
            key: one._replace(actions=one.actions | before, changed=one.changed or changes)
            for key, one in waiting.items() if 0 <= run.at - one.at <= MEND_MS
        }  # fmt: skip
        action, changed = _read(parts[-1])
        if (known := waiting.pop(own, None)) is not None:
            found.append(Try(session, run.at, _name(parts[-1]), run.exit == 0, known.actions, known.changed))
        for key, one in waiting.items():
            done = one.actions | ({action} if action else frozenset())
            waiting[key] = one._replace(actions=done, changed=one.changed or changed)
        if run.exit and not _looks(parts[-1]) and not action and own:
            waiting[own] = _Waiting(run.at, frozenset(), False)
    return found


def commands(line: str) -> list[list[str]]:
    """The words of each command of a line, without what only runs another one (`sudo`, `time`).

    A runner such as `npm` is the program here: `npm test` is a try of something, `test` alone looks.
    """
    found: list[list[str]] = []
    whole: list[str] = []
    for words in programs(line):
        within = len(words) < len(whole) and whole[len(whole) - len(words) + 1 :] == words[1:]
        if not within:
            whole = words
            found.append(words)
        elif found[-1][0] in PREFIXES:
            found[-1] = words
    return found


def looks(command: str) -> bool:
    """Whether a command line only looks: nothing that it runs can change anything that a later try would feel."""
    return all(_looks(words) for words in commands(command))


def _read(words: Sequence[str]) -> tuple[str, bool]:
    """The action that a program's words are, if they are one, and whether they may change anything else."""
    plain, writes = _plain(words)
    name, rest = plain[0], plain[1:]
    if name == "sleep":
        return WAIT, writes
    if name in REMOVERS:
        targets = [word.rstrip("/").rpartition("/")[2].casefold() for word in rest if not word.startswith("-")]
        cached = bool(targets) and all(one in CACHES or "cache" in one for one in targets)
        return (f"{CLEAR}: {name} {_word(targets[0])}", writes) if cached else ("", True)
    first = next((word for word in rest if not word.startswith("-")), "")
    for form in ((name, first), (name,)):
        if form in KNOWN and (len(form) > 1 or not first or name in WITH_ANYTHING):
            return f"{KNOWN[form]}: {' '.join(_word(word) for word in form)}", writes
    return "", writes or not _looks(words)


def _looks(words: Sequence[str]) -> bool:
    plain, writes = _plain(words)
    name, rest = plain[0], plain[1:]
    if writes or not WRITING_WITH.get(name, frozenset()).isdisjoint(word.partition("=")[0] for word in rest):
        return False
    first = next((word for word in rest if not word.startswith("-")), "")
    return name in LOOKING or name in WRITING_WITH or first in LOOKING_WITH.get(name, ())


def _plain(words: Sequence[str]) -> tuple[list[str], bool]:
    """The words of a program without redirections, and whether one of these writes to a file."""
    kept, writes, after = [words[0]], False, ""
    for word in words[1:]:
        bare = word.lstrip("0123456789")
        if after:
            writes, after = writes or (">" in after and word != NOWHERE), ""
        elif bare[:1] in ("<", ">") and bare:
            target = bare.lstrip("<>|")
            if target:
                writes = writes or (bare[0] == ">" and target != NOWHERE)
            else:
                after = bare
        else:
            kept.append(word)
    return kept, writes


def _key(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in _plain(words)[0] if not word.startswith("-"))


def _name(words: Sequence[str]) -> str:
    return " ".join(_word(word) for word in _key(words)[:2])


def _word(word: str) -> str:
    return clipped("".join(c if c.isprintable() else " " for c in word), LONGEST_WORD)
