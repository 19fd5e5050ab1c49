"""What a scenario's checks amount to, and whether that is what expected.json says."""

from collections.abc import Iterable
from typing import Any, NamedTuple

ALWAYS_MADE = {"wire-schema-valid"}  # made in every scenario of edition 0.2, also when all else is skipped


class Scenario(NamedTuple):
    """How a server did in one scenario: how many checks it passed, and what was wrong in those it failed."""

    name: str
    passed: int
    failed: dict[str, str]
    remark: str = ""

    @property
    def sound(self) -> bool:
        """Whether something was checked and nothing failed."""
        return bool(self.passed) and not self.failed


def scenario(name: str, checks: Iterable[dict[str, Any]]) -> Scenario:
    """A scenario from the checks that the suite recorded."""
    passed, failed, remarks = 0, {}, []
    for check in checks:
        said = " ".join((check.get("errorMessage") or check["id"]).split())
        if check["status"] == "SUCCESS":
            passed += check["id"] not in ALWAYS_MADE
        elif check["status"] == "FAILURE":
            failed[check["id"]] = said
        elif check["status"] == "WARNING":
            remarks.append(said)
    return Scenario(name, passed, failed, " | ".join(remarks))


class Reserve(NamedTuple):
    """An entry of expected.json: why a scenario or a check says nothing about a server.

    idle: it passes all the same, and the pass means nothing.
    """

    reason: str
    idle: bool = False


class Verdict(NamedTuple):
    """A scenario beside what was expected of it; without reserves every check of it must pass."""

    scenario: Scenario
    reserve: Reserve | None
    on_checks: dict[str, Reserve]

    @property
    def trouble(self) -> str:
        """What is not as expected; empty when all is."""
        if self.reserve:
            if self.scenario.sound == self.reserve.idle:
                return ""
            return self._told if self.reserve.idle else f"passes after all; expected.json says: {self.reserve.reason}"
        failed = self.scenario.failed
        stale = [check for check in self.on_checks if check not in failed]
        if stale:
            return f"these checks of expected.json do not fail any more: {', '.join(stale)}"
        left = {check: said for check, said in failed.items() if check not in self.on_checks}
        return "" if self.scenario.passed and not left else self._told

    @property
    def _told(self) -> str:
        failed = (f"{check}: {said}" for check, said in self.scenario.failed.items() if check not in self.on_checks)
        return " | ".join([*failed, *filter(None, [self.scenario.remark])]) or "nothing was checked"

    def line(self) -> str:
        """The scenario in one line."""
        if self.trouble:
            return f"FAILS            {self.scenario.name}: {self.trouble}"
        if self.reserve:
            kind = "passes idly" if self.reserve.idle else "does not apply"
            return f"{kind:16} {self.scenario.name}: {self.reserve.reason}"
        line = f"pass             {self.scenario.name} ({self.scenario.passed} checks)"
        if self.on_checks:
            reasons = "; ".join(dict.fromkeys(reserve.reason for reserve in self.on_checks.values()))
            line += f", {len(self.on_checks)} do not apply: {reasons}"
        return line


class Expected:
    """What expected.json says of one server.

    Each group has a reason and names: of scenarios (`prompts-list`) or of single checks of a scenario
    (`caching:sep-2549-prompts-list-caching-hints`), either followed by a space and a leg
    (`tools-list suite-0.2@2026-07-28`) to mean it there only. `"idle": true` says that the scenarios
    pass without telling anything.
    """

    def __init__(self, groups: Iterable[dict[str, Any]]) -> None:
        self._reserves = {
            name: Reserve(group["reason"], group.get("idle", False)) for group in groups for name in group["names"]
        }
        self._met: set[str] = set()

    def verdict(self, leg: str, one: Scenario) -> Verdict:
        """A scenario of a leg beside what was expected of it."""
        whole: Reserve | None = None
        on_checks: dict[str, Reserve] = {}
        for key, reserve in self._reserves.items():
            name, _, only = key.partition(" ")
            if only not in ("", leg) or name.partition(":")[0] != one.name:
                continue
            self._met.add(key)
            if ":" in name:
                on_checks[name.partition(":")[2]] = reserve
            else:
                whole = reserve
        return Verdict(one, whole, on_checks)

    def unmet(self) -> list[str]:
        """Entries that no leg has met: of scenarios that are gone or misspelt."""
        return sorted(self._reserves.keys() - self._met)
