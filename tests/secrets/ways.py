"""The ways by which a text comes into memory, each as a function that brings in made-up secrets.

Every operation is such a way with each of its text arguments; what comes by files and git has a way of its own.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.model.secrets import find
from oldhand.operation import READ, Operation, call, every
from tests.code.made_repository import Repository
from tests.contract.examples import SCRIPT, Person
from tests.secrets.samples import Sample

AT_ONCE = 6  # samples in one text: sentences of a usual length
Told = list[str]  # what was replied, and what errors said


def text_arguments(operation: Operation) -> list[str]:
    """The names of an operation's arguments that are texts or lists of them."""
    return [parameter.name for parameter in operation.parameters if parameter.type in (str, list[str])]


def arguments_of() -> list[tuple[str, str]]:
    """(operation, argument) for every text argument of every operation there is."""
    return [(one.name, argument) for one in every() for argument in text_arguments(one)]


def groups(samples: list[Sample], size: int = AT_ONCE) -> Iterator[str]:
    """The samples' texts, some at a time, as paragraphs of one text."""
    for start in range(0, len(samples), size):
        yield "\n\n".join(one.text for one in samples[start : start + size])


def said_in(memory: Memory, name: str, arguments: dict[str, Any]) -> str:
    """What an operation replies, or what its error says."""
    try:
        return repr(call(memory, name, arguments))
    except OldhandError as error:
        return str(error)


def by_argument(person: Person, memory: Memory, samples: list[Sample], operation: str, argument: str) -> Told:
    """Give an operation the samples as one of its arguments; beside it stand the arguments of its example."""
    found = next(one for one in every() if one.name == operation)
    example: dict[str, Any] = next((one.arguments for one in SCRIPT if one.operation == operation), {})
    usual = person.filled(example)
    kind = found.parameter(argument).type
    told = []
    texts: Iterable[str] = [one.text for one in samples] if found.effect != READ else groups(samples)
    for text in texts:
        given = [text] if kind == list[str] else text
        told.append(said_in(memory, operation, usual | {argument: given}))
    return told


def by_argument_redacted(
    memory: Memory, samples: list[Sample], operation: str, usual: dict[str, Any], argument: str, as_list: bool
) -> Told:
    """The same with the wish to have secrets replaced: what is written then is written for good."""
    return [
        said_in(memory, operation, usual | {argument: [text] if as_list else text, "redact": True})
        for text in groups(samples)
    ]


def in_documents(root: Path, home: Path, samples: list[Sample]) -> Told:
    """Documents, a decision record and instructions to agents, read by `init`."""
    (root / "docs" / "adr").mkdir(parents=True)
    for number, text in enumerate(groups(samples, 10)):
        paragraphs = "\n\n".join(f"The deployment must use this: {one}" for one in text.split("\n\n"))
        (root / "docs" / f"part{number}.md").write_text(f"# Part {number}\n\n{paragraphs}\n", "utf-8")
        head = f"# {number}. Keep it\n\n## Status\n\nAccepted"
        record = f"{head}\n\n## Context\n\n{text}\n\n## Decision\n\nWe use {text}\n"
        (root / "docs" / "adr" / f"{number:04}-keep.md").write_text(record, "utf-8")
    bullets = "\n".join("- Always deploy with " + one.text.replace("\n", " ") for one in samples)
    (root / "AGENTS.md").write_text(f"# Rules\n\n{bullets}\n", "utf-8")
    with Memory(root, home) as memory:
        return [said_in(memory, "init", {}), said_in(memory, "soul", {}), said_in(memory, "brief", {})]


def in_history(root: Path, home: Path, samples: list[Sample]) -> Told:
    """Messages of commits, read by `init` and by the code index."""
    repository = Repository(root)
    for number, text in enumerate(groups(samples, 3)):
        reason = f"We decided to use this because the old way was too slow and broke the deploys:\n{text}"
        first = text.splitlines()[0]
        repository.commit(f"feat(deploy)!: use {first}\n\n{reason}\n", {"a.txt": str(number)}, day=number)
        repository.commit(f'Revert "use {first}"\n\nThis breaks because {text}\n', {"a.txt": "x"}, day=number)
    with Memory(root, home, environment={"PATH": "/usr/bin:/bin"}) as memory:
        return [said_in(memory, "init", {}), said_in(memory, "overview", {"task": "deploy"})]


def in_code(root: Path, home: Path, samples: list[Sample]) -> Told:
    """Comments, strings, doc comments and signatures of source files, and files of other sorts."""
    parts = []
    for number, one in enumerate(samples):
        flat = one.text.replace("\n", "\\n").replace('"""', "")
        parts.append(f"# {one.text}".replace("\n", "\n# "))
        parts.append(f'def step{number}(token={flat!r}):\n    """Deploys with this: {flat}"""\n    return {flat!r}\n')
    (root / "deploy.py").write_text("\n".join(parts), "utf-8")
    (root / "deploy.env").write_text("\n".join(one.text for one in samples), "utf-8")
    (root / "deploy.ts").write_text("\n".join(f"// {one.text}".replace("\n", "\n// ") for one in samples), "utf-8")
    (root / "config.yaml").write_text("\n".join(one.text for one in samples), "utf-8")
    names = [f"deploy.py::step{number}" for number in range(0, len(samples), 7)]
    with Memory(root, home) as memory:
        told = [said_in(memory, "scan", {"every": True}), said_in(memory, "map", {})]
        told += [said_in(memory, "remember", {"text": f"Step {name} deploys.", "anchors": [name]}) for name in names]
        pattern = "deploy.env::/.*[A-Za-z0-9]{16}.*/"
        told.append(said_in(memory, "remember", {"text": "One way to deploy.", "anchors": [pattern]}))
        (root / "deploy.py").write_text("\n".join(parts).replace("return", "yield"), "utf-8")
        (root / "deploy.env").write_text("\n".join(f"{one.text}  " for one in reversed(samples)), "utf-8")
        told += [said_in(memory, "anchors_verify", {}), said_in(memory, "recall", {"cue": "deploys step"})]
        told += [said_in(memory, "explore", {"task": "deploy steps"}), said_in(memory, "look", {"place": "deploy.py"})]
    return told


def in_files_written(root: Path, home: Path, samples: list[Sample]) -> Told:
    """Files that are written and edited through us: what is noted of it, not what stands in them."""
    told = []
    with Memory(root, home, trust="user") as memory:
        for number, text in enumerate(groups(samples)):
            file = f"part{number}.py"
            told.append(said_in(memory, "write", {"file": file, "content": f"old = 1\n{text}\n", "expect": "new"}))
            told.append(said_in(memory, "edit", {"file": file, "old": "old = 1", "new": f"def f(key={text!r}): pass"}))
    return []  # a dry run's difference shows the file, which is the person's


def in_facts(root: Path, home: Path, samples: list[Sample]) -> Told:
    """Facts in JSON lines, imported and remembered."""
    lines = [json.dumps({"text": f"It deploys so: {one.text}", "tags": ["deploy"]}) for one in samples]
    (root / "facts.jsonl").write_text("\n".join(lines), "utf-8")
    with Memory(root, home, trust="user") as memory:
        told = [said_in(memory, "import", {"file": "facts.jsonl", "from": "facts"})]
        told.append(said_in(memory, "remember", {"jsonl": "\n".join(lines)}))
        return [*told, said_in(memory, "remember", {"jsonl": "\n".join(lines), "redact": True})]


def in_names(root: Path, home: Path, samples: list[Sample]) -> Told:
    """Names of actors, and of the ways in."""
    told = []
    for number, one in enumerate(samples):
        flat = one.text.replace("\n", " ")
        with Memory(root, home, actor=flat, origin=f"mcp:{flat}") as memory:
            told.append(said_in(memory, "remember", {"text": f"Part {number} is deployed on Monday."}))
    return told


def in_other_memories(root: Path, home: Path, samples: list[Sample]) -> Told:
    """Memories of other programs: the notes of one, the graph of another."""
    notes = "\n\n".join(f"- {one.text}" for one in samples)
    (root / "CLAUDE.md").write_text(f"# Notes\n\n{notes}\n", "utf-8")
    lines = [
        json.dumps({"type": "entity", "name": f"part {number}", "entityType": "step", "observations": [one.text]})
        for number, one in enumerate(samples)
    ]
    (root / "graph.jsonl").write_text("\n".join(lines), "utf-8")
    told = []
    with Memory(root, home, trust="user") as memory:
        for file, form in ((".", "agent-files"), ("graph.jsonl", "server-memory")):
            told.append(said_in(memory, "import", {"file": file, "from": form, "yes": True}))
        told.append(said_in(memory, "audit", {"path": "."}))
    return told


MOST_PEOPLE = 12  # commits, each by another author on another branch
_PLAIN = re.compile(r"[A-Za-z0-9_-]{16,80}").fullmatch  # what may be a name of a person and of a branch


def in_people_and_branches(root: Path, home: Path, samples: list[Sample]) -> Told:
    """Names and addresses of those who commit, and names of branches; of tokens that are known by themselves."""
    repository = Repository(root)
    tokens = [one.value for one in samples if _PLAIN(one.value) and find(one.value)][:MOST_PEOPLE]
    assert len(tokens) == MOST_PEOPLE
    told = []
    with Memory(root, home, trust="user", environment={"PATH": "/usr/bin:/bin"}) as memory:
        for number, token in enumerate(tokens):
            repository.git("checkout", "-q", "-b", f"fix/{token}" if number % 2 else token)
            code = "\n".join(f"line{at} = {at * number}" for at in range(9))
            said = f"fix: mend it, because {number} broke"
            repository.commit(said, {"a.py": code}, day=number, author=token, email=f"{token}@example.org")
            text = {"text": f"Line {number} of it matters.", "anchors": ["a.py:2"]}
            told.append(said_in(memory, "remember", text))
        for name, arguments in (
            ("init", {}), ("look", {"place": "a.py"}), ("blame", {"place": "a.py:2"}), ("heatmap", {}),
            ("overview", {"task": "mend a.py"}), ("impact", {"place": "a.py"}), ("anchors_verify", {}), ("scan", {}),
        ):  # fmt: skip
            told.append(said_in(memory, name, arguments))
    return told


FILES: dict[str, Callable[[Path, Path, list[Sample]], Told]] = {
    "documents": in_documents,
    "history": in_history,
    "code": in_code,
    "people and branches": in_people_and_branches,
    "files written": in_files_written,
    "facts": in_facts,
    "names": in_names,
    "other memories": in_other_memories,
}
