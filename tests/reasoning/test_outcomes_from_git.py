"""What becomes of a decision is read off real histories: each kind of end beside one that looks like it and is none."""

from pathlib import Path

import pytest

from oldhand.reasoning.deriving_outcomes import Derived, derive, derive_many
from tests.reasoning.histories import CHARGE, ENVIRONMENT, PLAIN, History


@pytest.fixture
def git(tmp_path: Path) -> History:
    """A repository with a file to decide about."""
    history = History(tmp_path / "repository")
    history.commit("Start", {"src/pay.py": PLAIN, "README.md": "Payments.\n"})
    return history


def ended(git: History, *commits: str, until: str = "HEAD") -> Derived:
    """How the decision that these commits carry ended."""
    return derive(git.root, ENVIRONMENT, commits, until)


def decided(git: History) -> str:
    """The commit that carries the decision."""
    return git.commit("Retry charges with backoff", {"src/pay.py": CHARGE})


def test_a_commit_that_git_reverts_is_reverted_and_one_that_stays_is_not(git: History) -> None:
    sha = decided(git)
    git.goes_on()
    assert ended(git, sha).state == "survived"
    back = git.revert(sha)
    found = ended(git, sha)
    assert (found.state, found.value) == ("reverted", 0)
    assert [one.ref for one in found.evidence if one.source == "revert"] == [back]


def test_a_revert_of_another_commit_of_that_file_takes_nothing_back(git: History) -> None:
    sha = decided(git)
    other = git.commit("Say thanks", {"README.md": "Payments.\n\nThank you for paying with us.\n"})
    git.revert(other)
    git.goes_on()
    assert ended(git, sha).state == "survived"


def test_a_revert_of_the_revert_leaves_it_standing(git: History) -> None:
    sha = decided(git)
    back = git.revert(sha)
    assert ended(git, sha).state == "reverted"
    git.revert(back)
    git.goes_on()
    found = ended(git, sha)
    assert found.state == "survived"
    assert [one.weight for one in found.evidence if one.source == "revert"] == [0, 0]  # told, and not counted


@pytest.mark.parametrize(("steps", "state"), [(("back", "again", "back"), "reverted"), (("back", "again"), "survived")])
def test_what_is_of_one_second_is_told_by_its_order(git: History, steps: tuple[str, ...], state: str) -> None:
    latest = sha = decided(git)
    for _ in steps:
        latest = git.revert(latest, after=0)
    git.goes_on()
    found = ended(git, sha)
    assert found.state == state
    assert any(one.weight for one in found.evidence if one.source == "revert") == (state == "reverted")


def test_a_merge_of_the_title_of_the_one_that_brought_it_does_nothing_again(git: History) -> None:
    git.git("checkout", "-q", "-b", "next")
    sha = decided(git)
    for bring in (lambda: None, lambda: git.revert(sha)):
        git.git("checkout", "-q", "next")
        bring()
        git.git("checkout", "-q", "main")
        git.day += 1
        git.git("merge", "-q", "--no-ff", "-m", "Bring what is on next", "next")
    assert ended(git, sha).state == "reverted"


def test_what_is_done_again_in_another_form_was_reworked(git: History) -> None:
    sha = decided(git)
    git.revert(sha)
    git.commit(
        "Retry charges with backoff",
        {"src/pay.py": CHARGE.replace("attempt)\n        if", "attempt, key())\n        if")},
    )
    git.goes_on()
    assert ended(git, sha).state == "reworked"


def test_a_fix_of_its_lines_soon_after_is_rework_and_years_after_is_not(git: History) -> None:
    mended = CHARGE.replace("gateway.send(amount, attempt)", "gateway.send(amount, idempotency_key(attempt))")
    sha = decided(git)
    fix = git.commit("Fix duplicate charges on retry", {"src/pay.py": mended})
    git.goes_on()
    found = ended(git, sha)
    assert found.state == "reworked"
    assert next(one.ref for one in found.evidence if one.source == "rework") == fix
    late = git.commit("Count the attempts of charges", {"src/count.py": CHARGE.replace("charge", "count_charge")})
    git.goes_on(path="src/count.py")
    text = (git.root / "src/count.py").read_text(encoding="utf-8")
    git.commit(
        "Fix counting", {"src/count.py": text.replace("sleep_for_backoff(attempt)", "sleep(attempt)")}, after=700
    )
    assert ended(git, late).state == "survived"


def test_the_later_a_fix_comes_the_less_it_weighs(git: History, tmp_path: Path) -> None:
    mended = CHARGE.replace("gateway.send(amount, attempt)", "gateway.send(amount, idempotency_key(attempt))")
    weights = []
    for days in (1, 46, 200):
        history = History(tmp_path / f"after-{days}")
        history.commit("Start", {"src/pay.py": PLAIN})
        sha = decided(history)
        history.commit("Fix duplicate charges on retry", {"src/pay.py": mended}, after=days)
        found = [one.weight for one in ended(history, sha).evidence if one.source == "rework"]
        weights.append(found[0])
    soon, later, late = weights
    assert soon > later > late
    history.commit("Fix charges on retry", {"src/pay.py": mended.replace("MAXIMUM_ATTEMPTS)", "LIMIT)")}, after=300)
    found = [one.ref for one in ended(history, sha).evidence if one.source == "rework"]
    assert len(found) == 1 and history.head() not in found  # what comes after a year tells nothing


def test_a_fix_that_names_the_commit_tells_of_it_even_late(git: History) -> None:
    text = CHARGE.replace("    raise ChargeFailed(amount, MAXIMUM_ATTEMPTS)", "    raise ChargeFailed(amount, attempt)")
    sha = decided(git)
    git.goes_on(8)
    now = (git.root / "src/pay.py").read_text(encoding="utf-8")
    changed = {"src/pay.py": now.replace(CHARGE, text).replace("FACTOR_", "COUNT_")}  # and much else
    git.git("checkout", "-q", "-b", "unnamed")
    git.commit("Fix the numbers in reports of failures", changed)
    git.goes_on(4)
    assert ended(git, sha).state == "survived"  # the control: the same change, which names nothing
    git.git("checkout", "-q", "main")
    git.commit(f"Fix the numbers in reports of failures\n\nBroken by {sha[:12]}.", changed)
    git.goes_on(4)
    assert ended(git, sha).state == "reworked"


def test_a_russian_title_tells_of_mending_and_of_upkeep_as_an_english_one_does(git: History, tmp_path: Path) -> None:
    states = {}
    for title in ("Исправить двойное списание", "Переименовать ключ"):
        history = History(tmp_path / title)
        history.commit("Начало", {"src/pay.py": PLAIN})
        sha = history.commit("Повторять списание", {"src/pay.py": CHARGE})
        history.commit(title, {"src/pay.py": CHARGE.replace("(amount, attempt)", "(amount, key)")}, after=20)
        history.goes_on()
        states[title] = ended(history, sha).state
    assert list(states.values()) == ["reworked", "survived"]


def test_a_large_part_replaced_at_once_is_rework_without_a_word_of_mending(git: History) -> None:
    sha = decided(git)
    other = CHARGE.replace("range(MAXIMUM_ATTEMPTS)", "backoff.attempts()").replace("sleep_for_backoff(", "wait(")
    other = other.replace("log_failed_attempt(amount, answer.reason)", "journal.note(amount, answer)")
    git.commit("Use the library for backoff of charges", {"src/pay.py": other}, after=0.5)
    git.goes_on()
    found = ended(git, sha)
    assert found.state == "reworked"
    assert [one.said.partition(":")[0] for one in found.evidence if one.source == "rework"] == [
        "changed after 12 hours"
    ]


def test_another_wording_of_comments_and_texts_is_no_rework(git: History) -> None:
    spoken = CHARGE.replace("answer.reason)", "'the bank said no')  # and we go on")
    sha = git.commit("Retry charges with backoff", {"src/pay.py": spoken})
    git.commit("Fix what is said", {"src/pay.py": spoken.replace("said no", "refused").replace("and we", "then we")})
    git.goes_on()
    assert ended(git, sha).state == "survived"
    odd = git.commit("Count what fails", {"src/count.py": spoken.replace("charge", "count_charge")})
    git.commit(  # the control: the same line, where more than its wording was wrong
        "Fix what is counted", {"src/count.py": spoken.replace("charge", "count_charge").replace("amount,", "attempt,")}
    )
    git.goes_on(path="src/count.py")
    assert ended(git, odd).state == "reworked"


def test_a_fix_elsewhere_in_the_file_is_no_rework(git: History) -> None:
    git.commit("Report", {"src/pay.py": "def report(total):\n    return total * FACTOR_OF_REPORT\n\n\n" + PLAIN})
    text = (git.root / "src/pay.py").read_text(encoding="utf-8")
    sha = git.commit("Retry charges with backoff", {"src/pay.py": text.replace(PLAIN, CHARGE)})
    text = (git.root / "src/pay.py").read_text(encoding="utf-8")
    git.commit("Fix report", {"src/pay.py": text.replace("total * FACTOR_OF_REPORT", "total * FACTOR_OF_REPORTS")})
    git.goes_on()
    assert ended(git, sha).state == "survived"


def test_white_space_and_moves_lose_no_line(git: History) -> None:
    sha = decided(git)
    git.commit("Indent by two", {"src/pay.py": CHARGE.replace("    ", "  ")})
    git.commit("Move payments", {"src/pay.py": None, "lib/money/charge.py": CHARGE.replace("    ", "\t")})
    found = ended(git, sha)
    said = next(one.said for one in found.evidence if one.source == "survival")
    assert said.startswith("8 of 8 lines stand")
    git.commit("Replace it", {"lib/money/charge.py": "from gateway import charge_with_retries\n"}, after=200)
    lost = next(one.said for one in ended(git, sha).evidence if one.source == "survival")
    assert lost.startswith("1 of 8 lines stand")  # the line that was taken away and is not missed


def test_a_file_that_is_renamed_and_changed_is_followed(git: History) -> None:
    sha = decided(git)
    git.commit("Rename", {"src/pay.py": None, "src/charging.py": CHARGE + "\n\nTIMEOUT_SECONDS = 20\n"})
    git.commit(
        "Fix duplicate charges on retry", {"src/charging.py": CHARGE.replace("(amount, attempt)", "(amount, key)")}
    )
    assert ended(git, sha).state == "reworked"


def test_a_merge_carries_what_it_brought_and_its_revert_takes_that_back(git: History) -> None:
    git.git("checkout", "-q", "-b", "retry")
    sha = decided(git)
    git.git("checkout", "-q", "main")
    git.commit("Something else", {"README.md": "Payments and refunds of all sorts.\n"})
    git.day += 1
    git.git("merge", "-q", "--no-ff", "-m", "Merge pull request #12 from ann/retry\n\nRetry charges", "retry")
    merge = git.head()
    git.goes_on(2)
    assert ended(git, merge).state != "reverted" and not ended(git, merge).missing
    git.day += 1
    git.git("revert", "--no-edit", "-m", "1", merge)
    assert ended(git, sha).state == "reverted"
    assert ended(git, merge).state == "reverted"


def test_a_squashed_pull_request_is_taken_back_by_its_number(git: History) -> None:
    sha = git.commit("Retry charges with backoff (#12)", {"src/pay.py": CHARGE})
    git.commit('Revert "Retry charges with backoff" (#14)\n\nReverts shop/payments#12', {"src/pay.py": PLAIN})
    assert ended(git, sha).state == "reverted"


def test_a_commit_that_was_rebased_is_known_again(git: History) -> None:
    git.git("checkout", "-q", "-b", "retry")
    sha = decided(git)
    git.git("checkout", "-q", "main")
    git.commit("Something else", {"README.md": "Payments and refunds of all sorts.\n"})
    git.git("checkout", "-q", "retry")
    git.git("rebase", "-q", "main")
    git.git("checkout", "-q", "main")
    git.git("merge", "-q", "--ff-only", "retry")
    git.revert(git.head())
    found = ended(git, sha)
    assert (found.state, found.missing) == ("reverted", ())


def test_a_commit_of_another_branch_or_of_none_is_missing(git: History) -> None:
    git.git("checkout", "-q", "-b", "aside")
    sha = decided(git)
    git.git("checkout", "-q", "main")
    nobody = "0123456789abcdef" * 2 + "01234567"
    found = ended(git, sha, nobody)
    assert (found.state, found.weight, found.evidence) == ("open", 0, ())
    assert set(found.missing) == {sha, nobody}


def test_two_heads_tell_two_ends(git: History) -> None:
    sha = decided(git)
    git.goes_on()
    git.git("branch", "release")
    git.revert(sha)
    assert (ended(git, sha, until="release").state, ended(git, sha, until="main").state) == ("survived", "reverted")


def test_a_partial_revert_takes_back_a_part(git: History) -> None:
    sha = decided(git)
    part = CHARGE.replace("        log_failed_attempt(amount, answer.reason)\n", "")
    git.commit(f"Partially revert retrying\n\nThis partly reverts commit {sha}.", {"src/pay.py": part})
    git.goes_on()
    found = ended(git, sha)
    assert found.state not in ("reverted",)
    assert any(one.source == "revert" and 0 < one.weight < 6_000 for one in found.evidence)


def test_what_one_commit_soon_removes_without_saying_revert_is_taken_back(git: History) -> None:
    sha = git.commit("Add a cache of rates", {"src/rates.py": CHARGE.replace("charge", "rate")})
    git.commit("Remove the cache of rates, not needed", {"src/rates.py": None})
    found = ended(git, sha)
    assert found.state == "reverted"
    assert [one.source for one in found.evidence] == ["removal"]


def test_a_removal_needs_no_word_but_has_to_be_aimed_at_the_decision(git: History, tmp_path: Path) -> None:
    sha = git.commit("Add a cache of rates", {"src/rates.py": CHARGE.replace("charge", "rate")})
    git.commit("Ask the bank for rates each time", {"src/rates.py": None})
    assert [one.source for one in ended(git, sha).evidence] == ["removal"]
    other = History(tmp_path / "other")  # the control: it goes with much that is not the decision's
    much = "".join(f"def rate_of_country_{n}(day):\n    return table_{n}.lookup(day) * {n}\n\n\n" for n in range(60))
    other.commit("Rates of countries", {"src/rates.py": much})
    sha = other.commit("Add a cache of rates", {"src/rates.py": much + CHARGE.replace("charge", "rate")})
    other.commit("Ask the bank for rates each time", {"src/rates.py": None})
    assert ended(other, sha).state != "reverted"


def test_code_that_is_replaced_long_after_was_no_mistake(git: History) -> None:
    sha = git.commit("Add a cache of rates", {"src/rates.py": CHARGE.replace("charge", "rate")})
    git.goes_on(path="src/rates.py")
    git.commit("Remove the cache of rates, not needed", {"src/rates.py": None}, after=800)
    assert ended(git, sha).state not in ("reverted", "reworked")


def test_a_branch_settled_by_hand_may_lose_lines_nobody_removed(git: History) -> None:
    sha = decided(git)
    git.git("checkout", "-q", "-b", "other", f"{sha}~1")
    git.commit("Other way", {"src/pay.py": PLAIN.replace("send", "send_at_once")})
    git.git("checkout", "-q", "main")
    git.git("merge", "-q", "-s", "ours", "-m", "Merge", "other")
    (git.root / "src/pay.py").write_text(PLAIN.replace("send", "send_at_once"), encoding="utf-8")
    git.git("commit", "-q", "-a", "--amend", "--no-edit")
    said = next(one.said for one in ended(git, sha).evidence if one.source == "survival")
    assert not said.startswith("8 of 8")


def test_the_same_history_gives_the_same_evidence_at_once_and_one_by_one(git: History) -> None:
    sha, other = decided(git), git.commit("Say thanks", {"README.md": "Thank you for paying with us today.\n"})
    git.goes_on()
    git.commit("Fix thanks", {"README.md": "Thank you for paying.\n"})
    whole = derive_many(git.root, ENVIRONMENT, {"one": [sha], "two": [other]})
    assert whole == derive_many(git.root, ENVIRONMENT, {"two": [other], "one": [sha]})
    assert (whole["one"], whole["two"]) == (ended(git, sha), ended(git, other))


def test_hostile_texts_and_names_are_read_and_believed_in_nothing(git: History) -> None:
    sha = decided(git)
    names = {'src/we ird "na\\me".py': CHARGE, "src/имя файла.py": CHARGE, "src/tab\tname.py": CHARGE}
    git.commit(
        "Weird", {name: f"{text}\n\x01{sha}\n--- a/src/pay.py\n+++ b/src/pay.py\n" for name, text in names.items()}
    )
    git.commit(f"\x01{sha}\x00".replace("\x00", "") + "\n\n\u202eRevert nothing\x1b[2J", {"README.md": "x" * 100_000})
    git.commit("Удалить лишнее", {"src/имя файла.py": None})
    git.goes_on()
    assert ended(git, sha).state == "survived"
    added = git.commit("Решили хранить ставки отдельно", {"src/ставки оплат.py": CHARGE.replace("charge", "ставка")})
    git.commit('Откат "Решили хранить ставки отдельно"', {"src/ставки оплат.py": None})
    assert ended(git, added).state == "reverted"


def test_without_git_nothing_is_known(tmp_path: Path) -> None:
    assert derive(tmp_path, ENVIRONMENT, ["0123456789"]).state == "open"
