"""Lives of a store on a disk that loses power: mixed operations from `init` on, images at every kind of moment."""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import call
from oldhand.store.connection import DATABASE
from oldhand.store.store import Store
from oldhand.store.verify import verify
from tests.crash.power import Disk, watched

CUT_STEPS = 40  # a cut comes after 1 to so many changes of the disk
CUT_AFTER_ANSWER = 0.15  # share of answers after which the power goes at once
WORDS = ["cache", "deploy", "queue", "parser", "index", "token", "schema", "retry", "socket", "timeout", "branch"]


class Image(NamedTuple):
    """What a disk held when the power went, and what had been acknowledged by then: roots, and statements by id."""

    files: dict[str, bytes]
    made: bool
    roots: tuple[str, ...]
    texts: dict[str, str]


class Life:
    """One store from its making on, and the images that cuts left."""

    def __init__(self, place: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.project, self.home = place / "project", place / "home"
        self.project.mkdir(parents=True)
        self.disk = Disk(self.project / ".oldhand", self.chance)
        self.disk.at_step = self._step
        self.next_cut = self.chance.randint(1, CUT_STEPS)
        self.images: list[Image] = []
        self.made = False
        self.roots: list[str] = []
        self.texts: dict[str, str] = {}
        self.ids: list[str] = []
        self.number = 0

    def _step(self) -> None:
        if self.disk.steps >= self.next_cut:
            self.cut()

    def cut(self) -> None:
        """Lose power now, in a copy of the disk."""
        self.next_cut = self.disk.steps + self.chance.randint(1, CUT_STEPS)
        self.images.append(Image(self.disk.image(), self.made, tuple(self.roots), dict(self.texts)))

    def run(self, cuts: int, weakened: Callable[[Any], None] = lambda _: None) -> None:
        """Live until there are so many images. `weakened` is done to each connection to the store once it is open."""
        with watched(self.disk) as connections:
            with Memory(self.project, self.home) as memory:
                call(memory, "init", {"empty": True})
                self.made = True
            while len(self.images) < cuts:
                with Memory(self.project, self.home) as memory:
                    memory.store()
                    weakened(connections[-1])
                    for _ in range(self.chance.randint(1, 15)):
                        self._operation(memory)
                        if self.chance.random() < CUT_AFTER_ANSWER:
                            self.cut()

    def _operation(self, memory: Memory) -> None:
        """Do something at random and keep what was acknowledged."""
        name, arguments = self._something()
        try:
            reply = call(memory, name, arguments)
        except OldhandError:
            return  # a memory that is retired cannot be retired again, and the like
        if name == "remember":
            for one in reply.memories:
                self.ids.append(one.id)
                self.texts[one.id] = one.text
        elif name == "revise" and "text" in arguments:
            self.texts[reply.id] = reply.text
        self.roots.append(reply.root)

    def _something(self) -> tuple[str, dict[str, Any]]:
        chance = self.chance
        self.number += 1
        text = f"Fact {self.number}: " + " ".join(chance.choices(WORDS, k=chance.choice((3, 8, 60, 900))))
        if not self.ids or chance.random() < 0.5:
            return "remember", {"text": text, "tags": [chance.choice(WORDS)], "key": chance.choice(("", "", "a/b"))}
        one, other = chance.choice(self.ids), chance.choice(self.ids)
        return chance.choice((
            ("revise", {"name": one, "text": text}),
            ("revise", {"name": one, "tags": [chance.choice(WORDS)], "priority": chance.randint(1, 9)}),
            ("confirm", {"name": one}),
            ("dispute", {"name": one, "reason": text[:80]}),
            ("retire", {"name": one}),
            ("restore", {"name": one}),
            ("link", {"source": one, "relation": "supersedes", "target": other}),
            ("unlink", {"source": one, "relation": "supersedes", "target": other}),
            ("remember", {"jsonl": "\n".join(f'{{"text": "{text[:40]} line {n}"}}' for n in range(6))}),
        ))  # fmt: skip


def judged(images: list[Image], folder: Path) -> Counter[str]:
    """Open every image with the real store: how many there were, how many had lost something, how many were damaged."""
    found: Counter[str] = Counter(cuts=0, lost=0, damaged=0, before_init=0)
    for image in images:
        found["cuts"] += 1
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        for name, content in image.files.items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)
        if DATABASE not in image.files:
            found["lost" if image.made else "before_init"] += 1
            Store.create(folder, 0).close()  # what the cut left must not stand in the way of another `init`
            continue
        outcome = judge(image, folder)
        if outcome:
            found[outcome] += 1
    return found


def judge(image: Image, folder: Path) -> str:
    """What is wrong with one image: nothing, `lost` or `damaged`."""
    try:
        with Store.open(folder) as store, store.read() as reader:
            roots = {root.root.hex() for root in reader.roots()}
            held = {memory: reader.find(memory) for memory in image.texts}
        if not set(image.roots) <= roots | {bytes(32).hex()}:
            return "lost"
        if any(one is None for one in held.values()):
            return "lost"
        if image.roots and len(roots - set(image.roots)) > 1:
            return "damaged"  # more than the one change that was under way
        latest = image.roots and not roots - set(image.roots)
        if latest and any(
            one and image.texts[m] not in [w.content["text"] for w in one.wordings] for m, one in held.items()
        ):
            return "lost"
        return "damaged" if any(finding.damage for finding in verify(folder).findings) else ""
    except (OldhandError, AttributeError, TypeError, ValueError):  # a torn row may hold anything
        return "damaged"
