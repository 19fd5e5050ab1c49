"""Records of sessions that were made anew without words that were forgotten: their ids follow one another.

The id of what is erased is never used again. What is left of such a record stands under the next key, `KEY~2`.
"""

import re
from collections.abc import Callable

from oldhand.model.identity import LONGEST_KEY, memory_of_slot

_AGAIN = re.compile(r"~([0-9]{1,3})\Z")


def key_after(key: str) -> str:
    """The key under which a record is made anew."""
    found = _AGAIN.search(key)
    ending = f"~{int(found[1]) + 1 if found else 2}"
    return key[: found.start() if found else len(key)][: LONGEST_KEY - len(ending)].rstrip() + ending


def present_key(standing: Callable[[str], str], domain: str, key: str) -> str:
    """The key under which a record stands now. standing: of a memory by its id, empty where there is none."""
    while standing(memory_of_slot(domain, key)) == "erased":
        after = key_after(key)
        if after == key or not standing(memory_of_slot(domain, after)):
            break
        key = after
    return key
