"""The Merkle trie: one root for everything, kept up along one path a change."""

import random
from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.model.clock import Clock
from oldhand.store.merkle import DEPTH, EMPTY, chained, leaf_hash, node_hash, pack, unpack, update


class Trie:
    """A trie in memory, with a count of what an update reads and writes."""

    def __init__(self) -> None:
        self.members: dict[str, bytes] = {}
        self.nodes: dict[str, bytes] = {}
        self.read = self.written = 0
        self.root = EMPTY

    def put(self, **changed: bytes | None) -> bytes:
        """Set digests (None: take away) and return the new root."""
        for memory, digest in changed.items():
            if digest is None:
                self.members.pop(memory, None)
            else:
                self.members[memory] = digest
        self.root = update(changed, self._leaf, self._load, self._save)
        return self.root

    def _leaf(self, prefix: str) -> list[tuple[bytes, bytes]]:
        return [(bytes.fromhex(m), digest) for m, digest in sorted(self.members.items()) if m.startswith(prefix)]

    def _load(self, paths: list[str]) -> dict[str, bytes]:
        self.read += len(paths)
        return {path: self.nodes[path] for path in paths if path in self.nodes}

    def _save(self, nodes: dict[str, bytes]) -> None:
        self.written += len(nodes)
        for path, packed in nodes.items():
            if packed:
                self.nodes[path] = packed
            else:
                self.nodes.pop(path, None)


def reference(members: dict[str, bytes], path: str = "") -> bytes:
    """The root from its definition, top down and without a trie."""
    below = {memory: digest for memory, digest in members.items() if memory.startswith(path)}
    if not below:
        return EMPTY
    if len(path) == DEPTH:
        return sha256(b"".join(bytes.fromhex(memory) + below[memory] for memory in sorted(below))).digest()
    return sha256(b"".join(reference(below, path + digit) for digit in "0123456789abcdef")).digest()


# Few first digits, so that memories share leaves and nodes.
ids = st.tuples(st.sampled_from(["0000", "0001", "000f", "00f0", "f000", "ffff"]), st.integers(0, 3)).map(
    lambda pair: f"{pair[0]}{pair[1]:028x}"
)
digests = st.integers(0, 9).map(lambda n: sha256(bytes([n])).digest())
changes = st.lists(st.dictionaries(ids, digests | st.none(), min_size=1, max_size=5), max_size=12)


@settings(max_examples=200, deadline=None)
@given(changes)
def test_a_trie_that_is_kept_up_has_the_root_of_one_made_at_once(steps: list[dict[str, bytes | None]]) -> None:
    trie = Trie()
    for step in steps:
        assert trie.put(**step) == reference(trie.members)
    fresh = Trie()
    fresh.put(**trie.members)
    assert fresh.root == trie.root
    assert fresh.nodes == trie.nodes


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(ids, digests, min_size=1), st.randoms(use_true_random=False))
def test_the_order_of_changes_does_not_matter(members: dict[str, bytes], chance: random.Random) -> None:
    order = list(members)
    chance.shuffle(order)
    one, other = Trie(), Trie()
    one.put(**members)
    for memory in order:
        other.put(**{memory: members[memory]})
    assert (one.root, one.nodes) == (other.root, other.nodes)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(ids, digests, min_size=1), ids, digests)
def test_different_states_have_different_roots(members: dict[str, bytes], memory: str, digest: bytes) -> None:
    """The control: the root depends on every memory that is there and on each one's state."""
    changed = {**members, memory: digest}
    assert (reference(changed) == reference(members)) == (changed == members)
    trie = Trie()
    before = trie.put(**members)
    assert (trie.put(**{memory: digest}) == before) == (changed == members)


def test_a_change_costs_one_path_however_many_memories_there_are() -> None:
    trie = Trie()
    trie.put(**{f"{n * 7919 % 65536:04x}{n:028x}": sha256(str(n).encode()).digest() for n in range(2_000)})
    trie.read = trie.written = 0
    trie.put(**{f"{1:04x}{1:028x}": EMPTY})
    assert (trie.read, trie.written) == (DEPTH, DEPTH)


def test_taking_everything_away_leaves_the_empty_trie() -> None:
    trie = Trie()
    trie.put(**{"a" * 32: b"x" * 32, "b" * 32: b"y" * 32})
    assert trie.put(**{"a" * 32: None, "b" * 32: None}) == EMPTY
    assert trie.nodes == {}


@given(st.lists(st.sampled_from([EMPTY, b"\x01" * 32, b"\xff" * 32]), min_size=16, max_size=16))
def test_children_are_unpacked_as_they_were_packed(children: list[bytes]) -> None:
    packed = pack(children)
    assert unpack(packed or b"\0\0") == children
    assert (packed == b"") == (node_hash(children) == EMPTY)


def test_nothing_hashes_to_nothing() -> None:
    assert leaf_hash([]) == node_hash([EMPTY] * 16) == update([], lambda _: [], lambda _: {}, lambda _: None) == EMPTY


def test_a_chained_root_depends_on_what_was_before_it_and_on_all_it_covers() -> None:
    parts = {"previous": b"p" * 32, "root": b"r" * 32, "position": 3, "learned": 5, "clock": Clock(7, 9)}
    others = {"previous": b"q" * 32, "root": b"s" * 32, "position": 4, "learned": 6, "clock": Clock(7, 8)}
    values = {chained(**{**parts, name: other}) for name, other in others.items()}  # type: ignore[arg-type]
    assert len(values | {chained(**parts)}) == len(parts) + 1  # type: ignore[arg-type]
