"""Codex runs no hook that nobody approved, and forgets an approval when a line changes: ours stays the same."""

import json
from typing import Any

from tests.hosts.app_server import approve, known_hooks
from tests.hosts.conftest import Place
from tests.hosts.script import Say

PERSONS_HOOK = {"hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "true", "timeout": 3}]}]}}


def doctor_on_codex(place: Place) -> dict[str, Any]:
    """What `doctor` says of Codex."""
    parts = json.loads(place.oldhand("doctor", "--json"))["findings"]
    return next(part for part in parts if part["component"] == "codex")


def first_request(place: Place, name: str) -> str:
    """What the model is asked first in a session in which hooks need approval."""
    prompt = place.codex_model.scripts.play(name, Say("Done."))
    assert place.codex.run(place.project, prompt, trusting=False).code == 0
    return json.dumps(place.codex_model.scripts.asked(name)[0].body, ensure_ascii=False)


def test_hooks_count_from_their_approval_on_and_installing_again_keeps_it(own_place: Place) -> None:
    place = own_place
    place.oldhand("init", "--empty")
    place.oldhand("remember", "Migrations are made by make migrate only", "--kind", "convention")
    (place.codex.home / "hooks.json").write_text(json.dumps(PERSONS_HOOK), encoding="utf-8")
    approve(place.codex, known_hooks(place.codex, place.project))

    place.connect(place.codex)
    trust = {hook.command: hook.trust for hook in known_hooks(place.codex, place.project)}
    assert trust.pop("true") == "trusted"  # what the person had approved is not moved by ours
    assert set(trust.values()) == {"untrusted"}
    assert "<memory root" not in first_request(place, "before")
    assert doctor_on_codex(place)["state"] == "warn"

    approve(place.codex, [hook for hook in known_hooks(place.codex, place.project) if hook.trust == "untrusted"])
    assert "<memory root" in first_request(place, "after")
    assert doctor_on_codex(place)["state"] == "ok"

    place.connect(place.codex)
    assert {hook.trust for hook in known_hooks(place.codex, place.project)} == {"trusted"}
    place.oldhand("uninstall", "--client", "codex")
    assert [(hook.command, hook.trust) for hook in known_hooks(place.codex, place.project)] == [("true", "trusted")]
    assert "oldhand" not in place.codex.settings.read_text(encoding="utf-8")
