"""Reading JUnit files: what tests say of a commit. The files come from elsewhere, so they are read with bounds.

No document type is accepted, so that no entity can be declared: neither one that names a file nor one that grows.
"""

import re
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from oldhand.errors import BadArgument
from oldhand.store.regular_files import open_regular

LARGEST = 64 << 20  # bytes of a file: some hundred thousand cases with their output
MOST_CASES = 200_000  # cases of one file
DEEPEST = 100  # elements within each other; real files have five
MOST_WORDS = 40  # words of the name of a case
CHUNK = 1 << 16
_WORDS = re.compile(r"\w{3,60}")
_COMMIT = re.compile(r"[0-9a-f]{7,64}\Z")
_PROPERTIES = frozenset({"commit", "sha", "revision", "git.commit", "git.sha", "git_commit", "github.sha", "ci.commit"})


class TestCase(NamedTuple):
    """A test. ok: None when it was skipped; words: those of its file, class and name, `test_` in front aside."""

    ok: bool | None
    words: frozenset[str]


class Suite(NamedTuple):
    """The tests of one file. name: its name; commit: the one it says it is of, or empty."""

    name: str
    commit: str
    cases: tuple[TestCase, ...]


def read_junit(path: Path) -> Suite:
    """The tests of a JUnit file. Raises BadArgument when it is none, or breaks a bound."""
    reading = _Reading(path)
    try:
        with open_regular(path) as file:
            size = 0
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > LARGEST:
                    raise BadArgument("junit", str(path), f"it is larger than {LARGEST >> 20} MiB")
                reading.parser.Parse(chunk, False)
            reading.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadArgument("junit", str(path), f"it is no XML: {expat.ErrorString(error.code)}") from None
    except (ValueError, LookupError):  # it declares an encoding that no XML has, or that is none
        raise BadArgument("junit", str(path), "its encoding cannot be read; write it as UTF-8") from None
    except OSError as error:
        raise BadArgument("junit", str(path), error.strerror or "it cannot be read") from None
    if not reading.seen:
        raise BadArgument("junit", str(path), "it has no <testsuite>")
    return Suite(path.name, reading.commit, tuple(reading.cases))


class _Reading:
    """One file as it is read."""

    def __init__(self, path: Path) -> None:
        self.path, self.commit, self.seen, self.depth = path, "", False, 0
        self.cases: list[TestCase] = []
        self._words: frozenset[str] | None = None
        self._ok: bool | None = True
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise BadArgument("junit", str(self.path), "it declares a document type, which JUnit files do not need")

    def _start(self, name: str, said: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadArgument("junit", str(self.path), f"its elements lie more than {DEEPEST} deep")
        name = name.rpartition("}")[2]
        if name in ("testsuite", "testsuites"):
            self.seen = True
        elif name == "testcase":
            text = " ".join(said.get(key, "")[:500] for key in ("file", "classname", "name"))
            found = _WORDS.findall(text)[:MOST_WORDS]
            self._words = frozenset(word.removeprefix("test_") for word in found)
            self._ok = True
        elif name in ("failure", "error") and self._words is not None:
            self._ok = False
        elif name == "skipped" and self._words is not None:
            self._ok = None
        elif name == "property" and said.get("name", "").lower() in _PROPERTIES:
            value = said.get("value", "").strip().lower()
            self.commit = value if _COMMIT.match(value) else self.commit

    def _end(self, name: str) -> None:
        self.depth -= 1
        if name.rpartition("}")[2] == "testcase" and self._words is not None:
            if len(self.cases) >= MOST_CASES:
                raise BadArgument("junit", str(self.path), f"it has more than {MOST_CASES:,} tests")
            self.cases.append(TestCase(self._ok, self._words))
            self._words = None
