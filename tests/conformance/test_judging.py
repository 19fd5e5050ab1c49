"""The rules by which the conformance run passes or fails, without Node and without a server."""

from typing import Any

import pytest

from tests.conformance.judging import Expected, Scenario, Verdict, scenario
from tests.conformance.proxy import rewritten

LISTED: list[dict[str, Any]] = [
    {"reason": "it needs what we do not offer", "names": ["needs-prompts"]},
    {"reason": "it calls a tool of the suite's own", "idle": True, "names": ["passes-anyway"]},
    {"reason": "only here", "names": ["depends one@2025"]},
    {"reason": "no prompts to list", "names": ["mixed:prompts"]},
]
GOOD: dict[str, str] = {}
BAD = {"a": "no such tool"}


def verdict(name: str, failed: dict[str, str], leg: str = "any@leg", passed: int = 1) -> Verdict:
    """A scenario with these failed checks beside what LISTED says."""
    return Expected(LISTED).verdict(leg, Scenario(name, passed, failed))


def test_an_unlisted_scenario_must_pass() -> None:
    assert not verdict("other", GOOD).trouble
    assert verdict("other", BAD).trouble
    assert verdict("other", GOOD, passed=0).trouble == "nothing was checked"


def test_a_listed_scenario_must_not_pass() -> None:
    assert not verdict("needs-prompts", BAD).trouble and not verdict("needs-prompts", GOOD, passed=0).trouble
    assert verdict("needs-prompts", GOOD).trouble.startswith("passes after all")


def test_an_idle_scenario_must_still_pass() -> None:
    assert not verdict("passes-anyway", GOOD).trouble
    assert verdict("passes-anyway", BAD).trouble


def test_an_entry_may_hold_for_one_leg_only() -> None:
    assert not verdict("depends", BAD, "one@2025").trouble and verdict("depends", BAD, "other@2025").trouble


def test_a_listed_check_excuses_no_other_check() -> None:
    assert not verdict("mixed", {"prompts": "no prompts"}).trouble
    assert "tools: bad" in verdict("mixed", {"prompts": "no prompts", "tools": "bad"}).trouble
    assert "prompts" in verdict("mixed", GOOD).trouble


def test_an_entry_that_no_leg_meets_is_told() -> None:
    expected = Expected(LISTED)
    expected.verdict("any@leg", Scenario("mixed", 1, GOOD))
    assert expected.unmet() == ["depends one@2025", "needs-prompts", "passes-anyway"]


def test_one_failed_check_makes_a_scenario_unsound() -> None:
    checks = [{"id": "a", "status": "SUCCESS"}, {"id": "b", "status": "FAILURE", "errorMessage": "no  such\ntool"}]
    assert scenario("x", checks) == Scenario("x", 1, {"b": "no such tool"})
    assert not scenario("x", checks).sound


def test_a_scenario_of_skipped_checks_is_unsound() -> None:
    checks = [{"id": "a", "status": "SKIPPED"}, {"id": "wire-schema-valid", "status": "SUCCESS"}]
    assert not scenario("x", checks).sound


@pytest.mark.parametrize("name", ["other", "needs-prompts", "passes-anyway", "mixed"])
def test_each_line_of_the_report_names_the_scenario(name: str) -> None:
    assert name in verdict(name, GOOD).line() and name in verdict(name, BAD).line()


def test_the_proxy_adds_the_token_and_keeps_a_foreign_host() -> None:
    head = b"POST /mcp HTTP/1.1\r\nHost: evil.example.com\r\nConnection: keep-alive"
    seen = rewritten(head, {"Authorization": "Bearer x"}, 1111, 2222)
    assert seen == (
        b"POST /mcp HTTP/1.1\r\nHost: evil.example.com\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n"
    )


def test_the_proxy_names_the_servers_port_in_host_and_origin() -> None:
    head = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:1111\r\nOrigin: http://localhost:1111"
    seen = rewritten(head, {}, 1111, 2222)
    assert b"Host: 127.0.0.1:2222\r\nOrigin: http://localhost:2222\r\n" in seen
