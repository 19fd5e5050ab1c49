"""Hashing in a hook's own process: by Python itself, as loading OpenSSL takes longer than all that a hook hashes."""

import sys

OPENSSL = "_hashlib"  # the module through which `hashlib` reaches OpenSSL; without it, it takes Python's own functions


def by_python() -> None:
    """Have `hashlib` do without OpenSSL, where it was not imported yet and Python has a SHA-256 of its own."""
    if "hashlib" in sys.modules:
        return
    try:
        if sys.version_info >= (3, 12):
            import _sha2 as _
        else:
            import _sha256 as _  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        return  # a Python built without it
    sys.modules.setdefault(OPENSSL, None)  # type: ignore[arg-type]  # None: it cannot be imported
