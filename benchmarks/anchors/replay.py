"""Replay real commits over anchors placed at their parents, and compare what Oldhand says with a judgement of its own.

    python -m benchmarks.anchors.replay --repo CLONE [--repo CLONE ...] --commits 500

Every repository is cloned (sharing its objects) into a temporary folder; at the parent of each commit anchors
are placed on the symbols, on their lines and on the files that the commit touches, then the commit is checked
out and every anchor is checked. `judging.py` says independently what happened.
"""

import argparse
import os
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.anchors import judging
from benchmarks.anchors.judging import Piece, Verdict, judge, piece_of, tokens_of
from oldhand.code.anchors import CHANGED, GONE, HOLDS, MOVED, Checker, Observer
from oldhand.code.languages import language_of
from oldhand.code.syntax import parse as parse_source
from oldhand.model.anchor import parse as parse_anchor

FILES_A_COMMIT = 12  # of those a commit touches; a sweeping commit would drown the others
SYMBOLS_A_FILE = 30  # on which anchors are placed, twice each
LARGEST = 200_000  # bytes of a file that is replayed: the independent reader takes a second for more
RENAMING = 5  # one commit in so many renames a file, by choice
SEED = 20_260  # of the choice of commits and symbols
JUDGED = ("python", "typescript", "tsx", "javascript", "go", "java", "rust", "c", "cpp")
ENDINGS = tuple(f"*.{e}" for e in ("py", "ts", "tsx", "js", "jsx", "go", "java", "rs", "c", "cc", "cpp", "h"))
_GIT = {"PATH": os.environ.get("PATH", os.defpath), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_UNTOUCHED = (judging.SAME, judging.SHIFTED, judging.LAYOUT)
_FOLLOWED = (judging.FILE_RENAMED, judging.MOVED_AWAY, judging.RENAMED)
# what of the kinds of judgement is one promise: (title, kinds, states that keep it, share that is wanted)
PROMISES = (
    ("formatting, comments, other lines: never changed", _UNTOUCHED, (HOLDS, MOVED), 0.99),
    ("semantic: always changed", (judging.SEMANTIC,), (CHANGED, GONE), 0.99),
    ("renamed or moved: followed", _FOLLOWED, (MOVED,), 0.95),
)


class Case(NamedTuple):
    """One anchor over one commit: what was judged and what Oldhand said."""

    commit: str
    anchor: str
    kind: str
    verdict: Verdict
    state: str
    now: str

    @property
    def kept(self) -> bool:
        """Whether Oldhand said what the promise wants; an unclear judgement is kept by anything."""
        for _, kinds, states, _ in PROMISES:
            if self.verdict.what in kinds:
                right_place = self.verdict.what not in _FOLLOWED or self.now.startswith(self.verdict.path)
                return self.state in states and right_place
        return True


class Placed(NamedTuple):
    """An anchor placed at the parent: its text, what was observed, and the piece of code it is on."""

    text: str
    kind: str
    value: str
    path: str
    piece: Piece


def replayed(
    repository: Path, count: int, *, files: int = FILES_A_COMMIT, seed: int = SEED, until: str = "HEAD"
) -> Iterator[Case]:
    """The cases of `count` commits of a repository, spread over all its history up to `until`, some files of each."""
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        tree = Path(folder) / "tree"
        subprocess.run(
            ["git", "clone", "-q", "--shared", "--no-checkout", str(repository), str(tree)], check=True, env=_GIT
        )
        _git(tree, "sparse-checkout", "set", "--no-cone", *ENDINGS)  # a mirror may lack large objects
        chosen = random.Random(seed)
        for commit in _spread(tree, count, until):
            yield from _over(tree, commit, files, chosen)


def _spread(tree: Path, count: int, until: str) -> list[str]:
    """Commits with one parent that touch code, evenly from all the history, oldest first.

    One in RENAMING of them is taken from those that rename a file, which are rare among all.
    """
    listing = ["log", "--no-merges", "--min-parents=1", "--format=%H", until]
    every = _git(tree, *listing, "--", *ENDINGS).split()
    renaming = _git(tree, *listing, "--diff-filter=R", "-M", "--", *ENDINGS).split()
    wanted = set(_evenly(renaming, count // RENAMING))
    wanted |= set(_evenly([commit for commit in every if commit not in wanted], count - len(wanted)))
    return [commit for commit in reversed(every) if commit in wanted]


def _evenly(commits: list[str], count: int) -> list[str]:
    return commits[:: max(len(commits) // max(count, 1), 1)][:count]


def _git(tree: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(tree), *words], capture_output=True, check=True, env=_GIT)
    return done.stdout.decode("utf-8", "replace")


def _over(tree: Path, commit: str, files: int, chosen: random.Random) -> Iterator[Case]:
    """The cases of one commit."""
    touched = _touched(tree, commit)
    olds = sorted(path for path in touched if language_of(path) in JUDGED)
    if len(olds) > files:
        olds = sorted(chosen.sample(olds, files))
    _git(tree, "checkout", "-q", "--force", "--detach", f"{commit}^")
    texts = {path: text for path in olds if (text := _text(tree / path))}
    coming = [path for path in _after(tree, commit) if language_of(path) in JUDGED]
    before = {path: _text(tree / path) for path in coming}
    placed = [one for path, text in texts.items() for one in _placed(tree, path, text, chosen)]
    _git(tree, "checkout", "-q", "--force", "--detach", commit)
    after = {path: text for path in coming if (text := _text(tree / path))}
    checker = Checker(tree, _GIT)
    for one in placed:
        language = language_of(one.path)
        now = touched[one.path]
        own = (now, after[now]) if now in after else None
        others = [(p, t, before.get(p, "")) for p, t in after.items() if p != now and language_of(p) == language]
        if one.kind == "file":
            verdict = _judged_file(one, texts[one.path], own)
        else:
            verdict = judge(language, one.piece, (one.path, texts[one.path]), own, others)
        said = checker.check(one.text, one.value)
        yield Case(commit, one.text, one.kind, verdict, said.state, said.now)


def _touched(tree: Path, commit: str) -> dict[str, str]:
    """The files of the parent that a commit touches, and where each is afterwards ("" when it is gone)."""
    words = iter(_git(tree, "diff", "--name-status", "-z", "-M", f"{commit}^", commit).split("\0"))
    found: dict[str, str] = {}
    for status in words:
        if status[:1] in ("R", "C"):
            before, now = next(words), next(words)
            if status[0] == "R":
                found[before] = now
        elif status:
            name = next(words)
            if status[0] != "A":
                found[name] = "" if status[0] == "D" else name
    return found


def _after(tree: Path, commit: str) -> list[str]:
    """The files that a commit adds, changes or renames something to."""
    listed = _git(tree, "diff", "--name-only", "-z", "--diff-filter=AMRC", "-M", f"{commit}^", commit)
    return [path for path in listed.split("\0") if path]


def _text(path: Path) -> str:
    """A file as text, "" when it is absent, too large, linked or in another encoding."""
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST:
            return ""
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""


def _placed(tree: Path, path: str, text: str, chosen: random.Random) -> Iterator[Placed]:
    """Anchors on a file, on its symbols and on the lines of each."""
    language = language_of(path)
    tokens = tokens_of(language, text)
    parsed = parse_source(language, text.encode())
    if tokens is None or parsed is None or "::" in path:
        return
    observer = Observer(tree)
    symbols = list(parsed.symbols)
    if len(symbols) > SYMBOLS_A_FILE:
        symbols = chosen.sample(symbols, SYMBOLS_A_FILE)
    whole = piece_of(tokens, 1, len(text.splitlines()), "")
    yield Placed(path, "file", observer.observe(parse_anchor(path)), path, whole)
    for symbol in symbols:
        name = symbol.name.partition("#")[0].rpartition(".")[2]
        piece = piece_of(tokens, symbol.first, symbol.last, name)
        for kind, anchor, one in (
            ("symbol", f"{path}::{symbol.name}", piece),
            ("lines", f"{path}:{symbol.first}-{symbol.last}", piece._replace(whole=False)),
        ):
            yield Placed(anchor, kind, observer.observe(parse_anchor(anchor)), path, one)


def _judged_file(one: Placed, before: str, own: tuple[str, str] | None) -> Verdict:
    """What happened to a whole file."""
    language = language_of(one.path)
    if own is None:
        return Verdict(judging.UNCLEAR)
    old, new = tokens_of(language, before), tokens_of(language, own[1])
    if old is None or new is None or len(old) < judging.FEWEST_TOKENS:
        return Verdict(judging.UNCLEAR)
    if [t.text for t in old] == [t.text for t in new]:
        return Verdict(judging.LAYOUT if own[0] == one.path else judging.FILE_RENAMED, own[0])
    loose = judging.loosened(old) == judging.loosened(new)
    return Verdict(judging.UNCLEAR if loose else judging.SEMANTIC)


def told(cases: list[Case]) -> str:
    """The figures: how often each promise was kept, by the kind of anchor and of change."""
    lines = ["| promise | cases | kept | wanted |", "|---|---|---|---|"]
    for title, kinds, _, wanted in PROMISES:
        mine = [case for case in cases if case.verdict.what in kinds]
        kept = sum(case.kept for case in mine)
        lines.append(f"| {title} | {len(mine)} | {kept / max(len(mine), 1):.2%} | {wanted:.0%} |")
    lines += ["", "| anchor | judged | cases | not kept | said |", "|---|---|---|---|---|"]
    for kind, what in sorted({(case.kind, case.verdict.what) for case in cases}):
        mine = [case for case in cases if (case.kind, case.verdict.what) == (kind, what)]
        states = ", ".join(f"{state} {n}" for state, n in Counter(case.state for case in mine).most_common())
        lines.append(f"| {kind} | {what} | {len(mine)} | {sum(not case.kept for case in mine)} | {states} |")
    return "\n".join(lines)


def main() -> None:
    """Replay and tell the figures, then the cases in which the two judgements differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", action="append", required=True, type=Path, help="a clone to replay (repeatable)")
    parser.add_argument("--commits", type=int, default=500, help="commits in all (default 500)")
    parser.add_argument("--show", type=int, default=30, help="disagreements to list (default 30)")
    options = parser.parse_args()
    cases: list[Case] = []
    for repository in options.repo:
        found = list(replayed(repository.resolve(), options.commits // len(options.repo)))
        print(f"## {repository.name}: {len({case.commit for case in found})} commits\n\n{told(found)}\n", flush=True)
        for case in [case for case in found if not case.kept][: options.show]:
            print(f"{case.commit[:10]} {case.anchor}: judged {case.verdict.what}, said {case.state} {case.now}")
        cases += found
    print(f"\n## All: {len({case.commit for case in cases})} commits\n\n{told(cases)}")


if __name__ == "__main__":
    main()
