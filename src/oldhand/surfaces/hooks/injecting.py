"""How a hook notes what it put before an agent."""

from typing import TYPE_CHECKING

from oldhand.model.tokens import estimate

if TYPE_CHECKING:
    from oldhand.surfaces.hooks.payload import Happening

Injected = list[dict[str, object]]


def injected(
    event: str, ids: list[str], text: str, root: str, action: str, kept_back: bool, one: "Happening", at: int
) -> dict[str, object]:
    """The line of the spool that notes what was put before an agent, or withheld."""
    detail: dict[str, object] = {
        "event": event, "memories": ids, "tokens": estimate(text), "root": root, "withheld": kept_back,
    }  # fmt: skip
    key = f"{event}:{one.call or at}:{ids[0][:12] if ids else root[:12]}:{len(ids)}"
    return {
        "event": "injected", "key": key, "call": "", "tool": "", "name": "", "target": action,
        "detail": detail,
    }  # fmt: skip
