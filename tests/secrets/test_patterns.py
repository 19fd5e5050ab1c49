"""Patterns of one's own: what they may say, what they find, who may give them, and what may be allowed."""

import time

import pytest

from oldhand.errors import BadArgument, Refused, SecretFound
from oldhand.memory import Memory
from oldhand.model import secret_patterns
from tests.conftest import Project


def set_to(project: Project, name: str, value: str, *, scope: str = "person", trust: str = "user") -> None:
    with Memory(project.root, project.home, trust=trust) as memory:
        from oldhand.operation import call

        call(memory, "config_set", {"name": name, "value": value, "scope": scope})
    project.memory.forget_settings()


def test_a_pattern_of_the_person_is_kept_out(project: Project) -> None:
    set_to(project, "secrets.patterns", r"ACME-[A-Z0-9]{8} badge:\d{6}")
    with pytest.raises(SecretFound, match="a secret of your own pattern"):
        project.call("remember", text="The badge is ACME-AB12CD34.")
    told = project.call("remember", text="The badge is ACME-AB12CD34, or badge:123456.", redact=True).memories[0].text
    assert "AB12" not in told and "123456" not in told and told.count("[secret of your own pattern …") == 2


def test_without_the_pattern_it_is_remembered(project: Project) -> None:
    """The control of the test above."""
    assert "ACME-AB12CD34" in project.call("remember", text="The badge is ACME-AB12CD34.").memories[0].text


def test_a_project_adds_patterns_and_takes_none_away(project: Project) -> None:
    set_to(project, "secrets.patterns", "ACME-[A-Z0-9]{8}")
    set_to(project, "secrets.patterns", "SHOP[0-9]{8}", scope="project")
    for text in ("It is ACME-AB12CD34.", "It is SHOP12345678."):
        with pytest.raises(SecretFound):
            project.call("remember", text=text)


def test_a_project_allows_nothing(project: Project) -> None:
    with pytest.raises(BadArgument, match="what is no secret"):
        set_to(project, "secrets.allow", "gh" + "p_[A-Za-z0-9]{36}", scope="project")


@pytest.mark.parametrize("name", ["secrets.patterns", "secrets.allow"])
@pytest.mark.parametrize("scope", ["project", "person"])
def test_no_agent_decides_what_is_secret(name: str, scope: str, project: Project) -> None:
    with pytest.raises((Refused, BadArgument)):
        set_to(project, name, "ACME-[A-Z0-9]{8}", scope=scope, trust="agent")


def test_what_is_allowed_is_remembered_as_it_is(project: Project) -> None:
    token = "gh" + "p_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    set_to(project, "secrets.allow", "gh" + "p_A1b2[A-Za-z0-9]{32}")
    assert token in project.call("remember", text=f"The demo token is {token}.").memories[0].text
    with pytest.raises(SecretFound):
        project.call("remember", text=f"The demo token is {token.replace('A1b2', 'Z9y8')}.")


def test_a_fingerprint_allows_the_one_secret_it_names(project: Project) -> None:
    token = "gh" + "p_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    told = project.call("remember", text=f"The demo token is {token}.", redact=True).memories[0].text
    set_to(project, "secrets.allow", told.partition("…")[2][:8])
    assert token in project.call("remember", text=f"The demo token is {token}.").memories[0].text
    with pytest.raises(SecretFound):
        project.call("remember", text=f"The other is {token.replace('A1b2', 'Z9y8')}.")


BAD = [
    "ab[0-9]{9}",
    "[a-z]{9}",
    "abc",
    "abc(d|e){4}",
    "abcdef|ghijkl",
    "abc.*def",
    r"abc\1{5}",
    "abc[0-9]+x{2}",
    "(a+)+b",
    "abcd{9999}",
    "abcdef[a-z]{900}[0-9]{200}",
    "^abcdef",
    "abc[z-a]{4}",
    "abc[[0-9]]{4}",
    "abcdef$",
    "abc(?=d)efg",
    "ключ[0-9]{6}",
]


@pytest.mark.parametrize("pattern", BAD)
def test_what_could_take_long_or_match_everything_is_refused(pattern: str, project: Project) -> None:
    with pytest.raises(BadArgument, match="plain characters"):
        set_to(project, "secrets.patterns", pattern)


def test_too_many_patterns_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 50"):
        secret_patterns.checked(" ".join(f"ACME{number}-[0-9]{{6}}" for number in range(51)))


@pytest.mark.parametrize(
    "pattern", ["aaaaaa", "aaaaa[a-z]{1,255}", "aaa[a]{200}b", r"aaa\w{250}x", r"aaa[a-z]{100,255}"]
)
def test_a_pattern_is_read_in_linear_time(pattern: str) -> None:
    made = secret_patterns.patterns(pattern)

    def seconds(length: int) -> float:
        text = "a" * length
        started = time.process_time()
        sum(1 for _ in secret_patterns.found(made, text))
        return time.process_time() - started

    short, long = min(seconds(50_000) for _ in range(3)), min(seconds(200_000) for _ in range(3))
    assert long < 0.01 or long / short < 7


def test_broken_settings_leave_what_is_known_in_force(project: Project) -> None:
    (project.home / "settings.json").write_text("{", "utf-8")
    with pytest.raises(SecretFound):
        project.call("remember", text="It is gh" + "p_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8.")
