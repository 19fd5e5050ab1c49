"""Decision records that are numbered anew, share a number, or move: which one a message means, and what stays known."""

import os
from pathlib import Path

import pytest

from oldhand.reasoning.record_names import Name, names_of
from tests.conftest import Project
from tests.reasoning.histories import CHARGE, PLAIN, START, History

RETRY = "docs/adr/0001-retry-charges.md"


def text(title: str, decision: str) -> str:
    """A decision record."""
    return f"# {title}\n\n## Status\n\nAccepted\n\n## Decision\n\n{decision}\n"


CARTS = text("Carts in Redis", "We keep the carts of all customers in Redis, which the platform team already runs.")
CHARGES = text("Retry charges", "We retry a charge three times with a growing pause between the attempts.")
PRICES = text("Prices in cents", "We keep every price as whole cents, so that sums of them lose nothing by rounding.")


@pytest.fixture
def git(project: Project) -> History:
    """The project's own repository."""
    history = History(project.root)
    history.commit("Start", {"src/pay.py": PLAIN, ".gitignore": ".oldhand\n"})
    return history


def brought(project: Project) -> dict[str, str]:
    """The decisions of all records, by their titles."""
    return {one.title: one.id for one in project.by_person("decision_import", file="docs/adr").records}


def carriers(project: Project, decision: str) -> dict[str, int]:
    """The commits that carry a decision, and how surely."""
    return {one.commit: one.sure for one in project.call("outcomes_show", name=decision).carriers}


def move(project: Project, git: History, message: str, *pairs: tuple[str, str]) -> str:
    """Commit files that are called otherwise from now on."""
    files: dict[str, str | None] = {}
    for old, new in pairs:
        files |= {old: None, new: (project.root / old).read_text("utf-8")}
    return git.commit(message, files)


def test_a_number_means_the_record_that_had_it_then(project: Project, git: History) -> None:
    git.commit("Decide on carts", {"docs/adr/0002-carts.md": CARTS})
    early = git.commit("Keep carts as ADR-2 says", {"src/carts.py": CHARGE})
    move(project, git, "Number records anew", ("docs/adr/0002-carts.md", "docs/adr/0005-carts.md"))
    git.commit("Decide on prices", {"docs/adr/0002-prices.md": PRICES}, after=9)
    late = git.commit("Round prices as ADR-2 says", {"src/prices.py": CHARGE})
    latest = git.commit("Carts expire, see ADR-5", {"src/expiry.py": CHARGE})
    decisions = brought(project)
    project.call("outcomes_update")
    carts, prices = carriers(project, decisions["Carts in Redis"]), carriers(project, decisions["Prices in cents"])
    assert {early, latest} <= set(carts) and late not in carts
    assert late in prices and early not in prices


def test_of_records_with_one_number_the_words_tell_which_is_meant(project: Project, git: History) -> None:
    git.commit("Decide", {"docs/adr/0003-carts-in-redis.md": CARTS, "docs/adr/0003-prices-in-cents.md": PRICES})
    clear = git.commit("Whole cents for prices (ADR-3)", {"src/prices.py": CHARGE})
    unclear = git.commit("Follow up on ADR-3", {"src/more.py": CHARGE})
    decisions = brought(project)
    project.call("outcomes_update")
    carts, prices = carriers(project, decisions["Carts in Redis"]), carriers(project, decisions["Prices in cents"])
    assert clear not in carts and prices[clear] == 8_000
    assert unclear not in carts and unclear not in prices  # it may as well mean the other one


def test_the_record_that_a_commit_changes_is_the_one_that_it_names(project: Project, git: History) -> None:
    git.commit("Decide", {"docs/adr/0003-carts.md": CARTS, "docs/adr/0003-prices.md": PRICES})
    sha = git.commit("Do ADR-3", {"docs/adr/0003-prices.md": PRICES + "\nDone.\n", "src/prices.py": CHARGE})
    decisions = brought(project)
    project.call("outcomes_update")
    assert carriers(project, decisions["Prices in cents"])[sha] == 8_000
    assert sha not in carriers(project, decisions["Carts in Redis"])


@pytest.mark.parametrize(
    ("title", "sure"),
    [
        ("Retry charges with a pause", 8_000),
        ("Retry charges\n\nSee ADR-1.", 8_000),  # by the surest of its ties
        ("Retrying a charge", 8_000),
        ("Work of the week", 5_000),
    ],
)
def test_a_commit_that_adds_a_record_carries_it_more_surely_when_its_title_says_so(
    project: Project, git: History, title: str, sure: int
) -> None:  # fmt: skip
    sha = git.commit(title, {RETRY: CHARGES, "src/pay.py": CHARGE})
    decisions = brought(project)
    project.call("outcomes_update")
    assert carriers(project, decisions["Retry charges"]) == {sha: sure}


def test_a_commit_that_only_writes_a_record_does_not_keep_the_work_out(project: Project, git: History) -> None:
    git.commit("Record the decision to retry charges", {RETRY: CHARGES})
    done = git.commit("Pause between attempts\n\nSee ADR-1.", {"src/pay.py": CHARGE})
    decisions = brought(project)
    project.call("outcomes_update")
    assert carriers(project, decisions["Retry charges"])[done] == 6_000


def test_a_commit_that_calls_itself_documentation_does_not_keep_the_work_out(project: Project, git: History) -> None:
    adding = git.commit("docs: record the decision to retry charges (ADR-1)", {RETRY: CHARGES, ".plans/list": "1\n"})
    written = git.commit("docs(plan): accept ADR-1", {".plans/list": "0001 accepted\n"})
    done = git.commit("Pause between attempts\n\nSee ADR-1.", {"src/pay.py": CHARGE})
    decisions = brought(project)
    project.call("outcomes_update")
    found = carriers(project, decisions["Retry charges"])
    assert found == {done: 6_000} and written not in found and adding not in found


def test_how_long_it_held_is_counted_from_the_work_and_not_from_an_old_date(project: Project, git: History) -> None:
    old = CHARGES.replace("## Status", "Date: 2019-08-01\n\n## Status")
    sha = git.commit("Retry charges", {RETRY: old, "src/pay.py": CHARGE})
    decision = brought(project)["Retry charges"]
    back: dict[str, str | None] = {RETRY: old, "src/pay.py": PLAIN}
    git.commit(f'Revert "Retry charges"\n\nThis reverts commit {sha}.', back, after=6)
    project.call("outcomes_update")
    assert project.call("decision_show", name=decision).decision.at.startswith("2019-08-01")
    (told,) = [line for line in project.call("decide", text="Retry charges again").lines if "DECIDED" in line]
    assert "reverted after 6 days" in told


def test_plans_in_a_folder_that_could_hold_tests_carry_nothing_out(project: Project, git: History) -> None:
    git.commit("Decide", {RETRY: CHARGES})
    git.commit("Plan ADR-1", {"specs/0001-retry/tasks.md": "Pause between attempts.\n" * 9})
    git.commit("Polish the plan: fix wording", {"specs/0001-retry/tasks.md": "A pause between attempts.\n" * 9})
    decisions = brought(project)
    project.call("outcomes_update")
    ended = project.call("outcomes_show", name=decisions["Retry charges"]).ended
    assert (ended.state, ended.weight) == ("open", 0)


def test_names_are_followed_through_the_history(project: Project, git: History) -> None:
    git.commit("Decide", {"docs/adr/0001-карты.md": CARTS, "docs/adr/0002-[x].md": PRICES})
    move(project, git, "Move", ("docs/adr/0001-карты.md", "docs/adr/0007-карты.md"))
    head = git.commit("Drop", {"docs/adr/0002-[x].md": None})
    asked = ["docs/adr/0007-карты.md", "docs/adr/0002-[x].md", "docs/adr/0009-never.md"]
    found = names_of(project.root, os.environ, head, asked)
    now, before = found[asked[0]]
    assert (now.path, now.until, before.path) == (asked[0], 0, "docs/adr/0001-карты.md")
    assert now.since == before.until > before.since > 1_000 * START
    (gone,) = found[asked[1]]
    assert 0 < gone.since < gone.until
    assert found[asked[2]] == (Name(asked[2]),)
    assert (now.number, before.number, gone.number) == ("7", "1", "2")
    assert names_of(project.root, os.environ, head, asked, since=head) == {path: (Name(path),) for path in asked}


def test_where_git_does_not_answer_every_record_has_its_one_name(tmp_path: Path) -> None:
    assert names_of(tmp_path, os.environ, "HEAD", [RETRY]) == {RETRY: (Name(RETRY),)}
    assert names_of(tmp_path, os.environ, "HEAD", []) == {}


@pytest.mark.parametrize("then", [("init",), ("decision_import",), ("init", "decision_import", "init")])
def test_a_record_that_moved_keeps_its_decision_and_what_is_known_of_it(
    project: Project, git: History, then: tuple[str, ...]
) -> None:  # fmt: skip
    git.commit("Retry charges", {RETRY: CHARGES, "src/pay.py": CHARGE})
    name = brought(project)["Retry charges"]
    project.by_person("decision_record", of=name, confidence="90%")
    move(project, git, "Number anew", (RETRY, "docs/adr/0012-retry-charges.md"))
    for operation in then:
        project.by_person(operation, **({"file": "docs/adr"} if operation == "decision_import" else {}))
    listed = [one for one in project.call("decision_list", every=True).items if one.name == "Retry charges"]
    assert [(one.id, one.confidence, one.standing) for one in listed] == [(name, 9_000, "active")]
    places = project.call("decision_show", name=name).decision.anchors
    assert any(one.startswith("docs/adr/0012-retry-charges.md") for one in places)
    assert RETRY not in places or then == ("init",)


def test_a_record_that_was_copied_as_a_pattern_is_another_decision(project: Project, git: History) -> None:
    git.commit("Decide", {RETRY: CHARGES})
    name = brought(project)["Retry charges"]
    copied = PRICES.replace("Prices in cents", "Retry charges")  # its author forgot the title
    git.commit("Decide on prices", {RETRY: None, "docs/adr/0002-prices.md": copied})
    (other,) = project.by_person("decision_import", file="docs/adr").records
    assert (other.outcome, other.id != name) == ("new", True)
    project.by_person("init")
    assert project.call("decision_list", every=True).total >= 2
