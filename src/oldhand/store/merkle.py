"""The Merkle trie over memory ids: one root for the whole state, updated along one path per change.

The trie has a fixed depth of four hexadecimal digits, so at a million memories a leaf holds about
fifteen. A leaf's hash is SHA-256 over the ids and record digests of its memories in id order; a
node's hash is SHA-256 over its sixteen children, an absent child counting as 32 zero bytes. The
hash of an empty trie is 32 zero bytes.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256

DEPTH = 4  # hexadecimal digits: 65,536 leaves
EMPTY = bytes(32)
_FANOUT = 16
_FULL = b"\xff\xff"  # the bitmap of a node that has all of its children

Leaf = Callable[[str], Iterable[tuple[bytes, bytes]]]  # 4-digit prefix -> (id, record digest) in id order
Load = Callable[[list[str]], dict[str, bytes]]  # node paths -> their packed children
Save = Callable[[dict[str, bytes]], None]  # node path -> packed children; empty bytes: delete


def leaf_hash(members: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The hash of one leaf from its (id, record digest) pairs in id order."""
    joined = b"".join(part for member in members for part in member)
    return sha256(joined).digest() if joined else EMPTY


def unpack(packed: bytes) -> list[bytes]:
    """Sixteen child hashes from their packed form: two bytes of bitmap, then the present children's hashes."""
    children = [EMPTY] * _FANOUT
    bitmap, offset = int.from_bytes(packed[:2]), 2
    for digit in range(_FANOUT):
        if bitmap >> digit & 1:
            children[digit] = packed[offset : offset + 32]
            offset += 32
    return children


def pack(children: list[bytes]) -> bytes:
    """The packed form of sixteen child hashes; empty bytes when all are absent."""
    bitmap = sum(1 << digit for digit, child in enumerate(children) if child != EMPTY)
    return bitmap.to_bytes(2) + b"".join(c for c in children if c != EMPTY) if bitmap else b""


def node_hash(children: list[bytes]) -> bytes:
    """The hash of a node from its sixteen children."""
    joined = b"".join(children)
    return sha256(joined).digest() if any(joined) else EMPTY


def update(changed: Iterable[str], leaf: Leaf, load: Load, save: Save) -> bytes:
    """Recompute the paths of the `changed` memory ids and return the new root.

    Reads each touched leaf once and all touched nodes in one go, whatever the number of changes, and so writes them.
    """
    hashes = {prefix: leaf_hash(leaf(prefix)) for prefix in {memory[:DEPTH] for memory in changed}}
    nodes = load(sorted({path[:level] for path in hashes for level in range(DEPTH)}))
    written: dict[str, bytes] = {}
    for level in range(DEPTH - 1, -1, -1):
        grouped: dict[str, list[str]] = {}
        for path in hashes:
            grouped.setdefault(path[:level], []).append(path)
        above: dict[str, bytes] = {}
        for path, below in grouped.items():
            fresh = [(int(child[level], 16), hashes[child]) for child in below]
            written[path], above[path] = _changed(nodes.get(path, b"\0\0"), fresh)
        hashes = above
    save(written)
    return hashes.get("", EMPTY)


def _changed(packed: bytes, fresh: list[tuple[int, bytes]]) -> tuple[bytes, bytes]:
    """A node with some children changed, (digit, hash) each: its packed form and its hash."""
    if packed[:2] == _FULL and all(child != EMPTY for _, child in fresh):  # nearly all, in a large store
        body = bytearray(packed[2:])
        for digit, child in fresh:
            body[32 * digit : 32 * digit + 32] = child
        return _FULL + bytes(body), sha256(body).digest()
    children = unpack(packed)
    for digit, child in fresh:
        children[digit] = child
    return pack(children), node_hash(children)


def chained(previous: bytes, root: bytes, position: int, learned: int, clock: tuple[int, int]) -> bytes:
    """The chain value of a recorded root: SHA-256 over the chain before and all that is recorded with the root.

    Each number enters as 8 bytes, the highest first, in two's complement: position, learned, wall, counter.
    """
    numbers = b"".join(number.to_bytes(8, signed=True) for number in (position, learned, *clock))
    return sha256(previous + root + numbers).digest()
