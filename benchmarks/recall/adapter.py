"""Oldhand as the harness wants a retriever: documents become memories, cues go through the operation `recall`.

    python memory_eval.py locomo-turn benchmarks.recall.adapter:System1     # from the root of this repository

Nothing is told the store that the documents do not say: each text is one memory of the default kind, without a title,
key, tags or date, remembered in one bulk in the order given. A store is made for each corpus in a temporary folder (in
memory where the system has /dev/shm: OLDHAND_BENCH_TEMP names another) and removed with the retriever.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.recall import embedding
from oldhand.errors import BadLine
from oldhand.memory import Memory
from oldhand.operation import call

UNLIMITED = 10**9  # tokens: an answer is asked for by its number of memories alone
FAST_FOLDER = "/dev/shm"  # in memory: what a store costs there is its own work, without the disk's
BULK_BYTES = 32 << 20  # of JSON lines in one call, half of what an argument may hold


def temporary_folder(prefix: str = "oldhand-recall-") -> Path:
    """A new folder for a store: where OLDHAND_BENCH_TEMP says, else in memory, else the system's temporary one."""
    said = os.environ.get("OLDHAND_BENCH_TEMP", "")
    base = said or (FAST_FOLDER if os.access(FAST_FOLDER, os.W_OK) else None)
    return Path(tempfile.mkdtemp(prefix=prefix, dir=base))


class Documents:
    """A store of documents: remembers each and knows which memory it became. Use it in `with`, or close it.

    home: the person's folder, for the model; a new one by default. said: what else is remembered with a document (its
    key …). refused: documents that no memory can hold (empty, or larger than a memory may be), which are never found.
    """

    def __init__(
        self,
        documents: Sequence[tuple[str, str]],
        home: Path | None = None,
        said: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    ) -> None:
        self._base = temporary_folder()
        project = self._base / "project"
        project.mkdir()
        self.memory = Memory(project, home or self._base / "home")
        call(self.memory, "init", {"empty": True})
        self._said = said
        self.refused: list[str] = []
        self._documents: dict[str, list[str]] = {}  # memory -> its documents: texts that are alike are one memory
        for part in _bulks(documents):
            self._remember(part)

    def __enter__(self) -> "Documents":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store and remove it."""
        self.memory.close()
        shutil.rmtree(self._base, ignore_errors=True)

    def _remember(self, documents: list[tuple[str, str]]) -> None:
        left = list(documents)
        while left:
            lines = "\n".join(json.dumps({"text": text, **self._said.get(name, {})}) for name, text in left)
            try:
                done = call(self.memory, "remember", {"jsonl": lines}).memories
            except BadLine as error:  # nothing was taken in: the line goes, the others are said again
                self.refused.append(left.pop(int(error.args[0]) - 1)[0])
                continue
            for (name, _), one in zip(left, done, strict=True):
                self._documents.setdefault(one.id, []).append(name)
            return

    def recall(self, cue: str, limit: int, **more: Any) -> Any:
        """The reply of `recall` from this store alone: at most `limit` memories, whatever they cost."""
        arguments = {"cue": cue, "limit": limit, "budget_tokens": UNLIMITED, "scope": "project"} | more
        return call(self.memory, "recall", arguments)

    def embed(self) -> None:
        """Compute the vectors of every memory, as `oldhand embeddings reindex` does."""
        embedding.embed(self.memory)

    def memory_of(self, name: str) -> str:
        """The id of the memory that a document became."""
        return next(memory for memory, names in self._documents.items() if name in names)

    def names(self, items: Sequence[Any]) -> list[str]:
        """The documents of recalled items, in their order."""
        return [name for item in items for name in self._documents.get(item.id, ())]


def _bulks(documents: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The documents in parts that fit one call."""
    parts: list[list[tuple[str, str]]] = [[]]
    size = 0
    for name, text in documents:
        size += 2 * len(text)
        if size > BULK_BYTES and parts[-1]:
            parts.append([])
            size = 2 * len(text)
        parts[-1].append((name, text))
    return [part for part in parts if part]


class System1:
    """Recall as it is without a model."""

    deep = False
    home: Path | None = None
    store: Documents | None = None

    def index(self, docs: list[tuple[str, str]]) -> None:
        """Remember every document."""
        self.close()
        self.store = Documents(docs, self.home)

    def search(self, query: str, k: int) -> list[str]:
        """The ids of the best `k` documents, best first; those below the floor too."""
        assert self.store, "index comes first"
        if not query.strip():
            return []
        more = {"deep": True} if self.deep else {}
        return self.store.names(self.store.recall(query, k, loose=True, **more).items)[:k]

    def close(self) -> None:
        """Remove the store."""
        if self.store:
            self.store.close()
        self.store = None

    def __del__(self) -> None:
        self.close()


class System2(System1):
    """Recall with everything it has: `--deep`, with vectors of the model that the person's folder holds.

    The folder is the one that OLDHAND_BENCH_HOME names; the model is installed there once.
    """

    deep = True

    def index(self, docs: list[tuple[str, str]]) -> None:
        """Remember every document and compute its vectors."""
        self.home = embedding.home()
        super().index(docs)
        assert self.store
        self.store.embed()
