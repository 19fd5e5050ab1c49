"""What `init` tells besides: a memory it found, texts that wait in review, and secrets that were left out."""

from typing import Any

MOST_PLACES = 3  # places of secrets named; `--json` lists all


def held_back(reply: Any) -> list[str]:
    """One sentence, or none when the memory is new or its own and everything was taken in as it was."""
    parts = ["The memory that lay here is used from now on"] if reply.accepted else []
    if reply.waiting:
        one = reply.waiting == 1
        parts.append(
            f"{reply.waiting} text{'' if one else 's'} give{'s' if one else ''} orders rather than facts and"
            f" wait{'s' if one else ''} in `oldhand review`"
        )
    if reply.redacted:
        shown = ", ".join(reply.redacted[:MOST_PLACES]) + (" …" if len(reply.redacted) > MOST_PLACES else "")
        count = len(reply.redacted)
        parts.append(f"{count} secret{'' if count == 1 else 's'} {'was' if count == 1 else 'were'} left out ({shown})")
    return [f"{'; '.join(parts)}."] if parts else []
