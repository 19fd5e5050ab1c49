"""Numbers as SQLite packs them."""


def varints(packed: bytes) -> list[int]:
    """SQLite varints: seven bits a byte, the highest first, all but the last marked."""
    found, value = [], 0
    for byte in packed:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            found.append(value)
            value = 0
    return found
