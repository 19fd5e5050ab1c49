"""System 2: what words do not find is found by its meaning, over a link, or among what was put away."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oldhand.recall.dense.catalog import MINILM
from oldhand.recall.dense.installing import local_encoder
from oldhand.recall.dense.model_folder import MODELS, ModelFolder
from oldhand.recall.dense.packing import pack
from tests.conftest import Project
from tests.operations.unpacked_model import flipped
from tests.recall.saying import bulk, texts
from tests.recall.test_answer import answers, said
from tests.store.vectors_kept import erase_and_be_killed

IDEMPOTENCY = (
    "Every payment request carries an idempotency key, so that a repeated submission is recognised and ignored."
)
PASSWORDS = "Passwords are hashed with argon2 and a per-user salt."
LOGS = "The nightly job compresses old log files and uploads them to cold storage."
IMAGES = "Images are resized by a worker before anyone sees them."
INVOICES = "Invoices are rendered as PDF by a headless browser."
KNOWN = (
    IDEMPOTENCY, PASSWORDS, LOGS, IMAGES, INVOICES, "Feature flags are evaluated on the server, every half minute.",
    "Sessions live in Redis with a lifetime of one hour.", "The search page loads results while one types.",
)  # fmt: skip
PARAPHRASES = {
    "How do we keep customers from being charged twice?": IDEMPOTENCY,
    "How are credentials protected at rest?": PASSWORDS,
    "archiving outdated records of what happened": LOGS,
    "shrinking photographs in the background": IMAGES,
    "billing documents generation with Chrome": INVOICES,
}
FULL = "Sessions live in Redis with a lifetime of one hour"  # said as it is written: system 1 is sure
WEAK = "How are credentials protected at rest?"


@pytest.fixture
def minded(project: Project, model_home: Path) -> Project:
    """A project of a person who has the model, with vectors of all that is known."""
    (project.home / MODELS).symlink_to(model_home / MODELS)
    bulk(project, KNOWN)
    assert project.call("embeddings_reindex").with_vectors == len(KNOWN)
    return project


@pytest.fixture
def plain(project: Project) -> Project:
    """The same without a model."""
    bulk(project, KNOWN)
    return project


# -- who speaks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("cue", PARAPHRASES)
def test_what_shares_no_word_with_the_cue_is_found_by_its_meaning(minded: Project, cue: str) -> None:
    assert texts(minded, cue, deep=True)[0] == PARAPHRASES[cue]
    reply = minded.call("recall", cue=cue, deep=True)
    assert (reply.system, reply.because) == (2, "asked to look deeper")


@pytest.mark.parametrize("cue", PARAPHRASES)
def test_the_check_of_meaning_can_fail(plain: Project, cue: str) -> None:
    """Without a model none of them is found: the words are not there."""
    assert PARAPHRASES[cue] not in texts(plain, cue, deep=True)


def test_what_was_just_remembered_is_found_by_its_meaning_at_once(minded: Project) -> None:
    said(minded, "The espresso machine on the third floor is descaled each Friday.")
    found = texts(minded, "when is our coffee maker cleaned?", deep=True)
    assert found[0].startswith("The espresso machine")


def test_system_2_is_asked_by_itself_when_system_1_is_weak_and_not_when_it_is_sure(minded: Project) -> None:
    weak, strong = minded.call("recall", cue=WEAK), minded.call("recall", cue=FULL)
    assert weak.system == 2 and weak.because.startswith("system 1 ") and "without" not in weak.because
    assert texts(minded, WEAK)[0] == PASSWORDS
    assert (strong.verdict, strong.system, strong.because) == ("strong", 1, "")


def test_the_setting_asked_keeps_system_2_away_until_it_is_asked(minded: Project) -> None:
    minded.call("config_set", name="recall.deep", value="asked")
    reply = minded.call("recall", cue=WEAK)
    assert (reply.system, reply.because, reply.items) == (1, "", [])
    assert minded.call("recall", cue=WEAK, deep=True).system == 2
    minded.call("config_reset", name="recall.deep")
    assert minded.call("recall", cue=WEAK).system == 2


def test_switched_off_it_stays_with_words_and_says_so_only_to_who_asks(minded: Project) -> None:
    minded.call("config_set", name="embeddings.provider", value="off")
    silent, asked = minded.call("recall", cue=WEAK), minded.call("recall", cue=WEAK, deep=True)
    assert (silent.system, silent.because) == (1, "")
    assert asked.system == 2 and "without meanings" in asked.because and "embeddings.provider" in asked.because
    assert PASSWORDS not in texts(minded, WEAK, deep=True)


def test_without_a_model_a_deep_answer_is_given_and_names_the_command_that_installs_it_once(plain: Project) -> None:
    said(plain, "A thing of all projects about deploys.", scope="global")
    for cue in ("Sessions live in Redis", "deploys", WEAK):
        reply = plain.call("recall", cue=cue, deep=True)
        assert reply.system == 2 and reply.because.startswith("asked to look deeper")
        assert reply.because.count("oldhand model install") == 1
    assert [item.text for item in plain.call("recall", cue="Sessions live in Redis", deep=True).items] == [KNOWN[6]]
    silent = plain.call("recall", cue=WEAK)
    assert (silent.system, silent.because) == (1, ""), "who did not ask is not told"


def test_who_removed_the_model_is_told_of_it_only_when_asking(minded: Project, model_home: Path) -> None:
    (minded.home / MODELS).unlink()
    folder = ModelFolder(minded.home, MINILM).path
    folder.mkdir(parents=True)
    for file in ModelFolder(model_home, MINILM).path.iterdir():
        os.link(file, folder / file.name)
    assert minded.call("recall", cue=WEAK).because, "the control: it is there"
    assert minded.call("model_remove").removed
    reply = minded.call("recall", cue=WEAK)
    assert (reply.system, reply.because) == (1, "")
    assert "oldhand model install" in minded.call("recall", cue=WEAK, deep=True).because


@pytest.mark.parametrize("deep", [True, False])
def test_a_damaged_model_is_refused_and_told_once(plain: Project, model_home: Path, deep: bool) -> None:
    there = ModelFolder(model_home, MINILM).path
    here = ModelFolder(plain.home, MINILM).path
    here.mkdir(parents=True)
    for file in there.iterdir():
        os.link(file, here / file.name)
    flipped(here / MINILM.files[0].name)
    reply = plain.call("recall", cue="a lifetime of elephants", deep=deep)
    assert reply.system == 2 and reply.because.count(f"file {MINILM.files[0].name} is not the one") == 1
    assert "oldhand model" in reply.because
    said(plain, "The elephants of the river.", scope="global")  # two stores, of which one knows more than the other
    both = plain.call("recall", cue="elephants of the river", deep=deep)
    assert both.because.count("is not the one") == both.because.count("without meanings") == (both.system == 2)
    assert plain.call("recall", cue="Sessions live in Redis with a lifetime", deep=deep).items
    assert plain.call("embeddings_status").with_vectors == 0


@pytest.mark.parametrize("cue", ["", "?!", "the of and is", "🙂", "hi, thanks!", "и это как"], ids=ascii)
def test_a_cue_that_says_nothing_is_not_looked_into_deeper(minded: Project, cue: str) -> None:
    reply = minded.call("recall", cue=cue, deep=True)
    assert (reply.verdict, reply.items, reply.system) == ("nothing known", [], 1)


@pytest.mark.parametrize("cue", ["zebra " * 5000, "k" * 100_000, "как хранятся пароли?", "x\x00y credentials"], ids=len)
def test_odd_cues_are_looked_into_deeper_all_the_same(minded: Project, cue: str) -> None:
    reply = minded.call("recall", cue=cue, deep=True, loose=True)
    assert reply.system == 2 and all(0 <= item.match <= 1 for item in reply.items)


# -- what was put away -------------------------------------------------------------------------------


def test_what_was_retired_comes_only_when_asked_for_with_all_that_was_known_of_it(minded: Project) -> None:
    name = said(
        minded, "Exports are written as CSV with semicolons.", tags=["export", "csv"], priority=7, confidence=0.5,
        domain="decisions", kind="decision", valid_from="2025-03-14", anchors=["src/export.py"],
    )  # fmt: skip
    before = minded.call("recall", cue="exports CSV semicolons", loose=True).items[0]
    minded.call("retire", name=name, reason="not now")
    for cue in ("exports CSV semicolons", "format of spreadsheet dumps"):
        assert name not in answers(minded, cue) and name not in answers(minded, cue, loose=True)
    assert texts(minded, "format of spreadsheet dumps", deep=True)[0] == before.text
    after = minded.call("recall", cue="exports CSV semicolons", deep=True, loose=True).items[0]
    assert (before.standing, after.standing) == ("active", "retired")
    kept = ("id", "text", "kind", "domain", "tags", "trust", "actor", "origin", "priority", "confidence", "since",
            "updated", "valid_from", "anchors", "confirmations")  # fmt: skip
    assert {one: getattr(after, one) for one in kept} == {one: getattr(before, one) for one in kept}
    minded.call("restore", name=name)
    restored = minded.call("recall", cue="exports CSV semicolons", loose=True).items[0]
    assert restored.standing == "active"
    assert {one: getattr(restored, one) for one in kept} == {one: getattr(before, one) for one in kept}


def test_what_was_retired_comes_back_when_it_is_said_again(plain: Project) -> None:
    name = said(plain, "Exports are written as CSV.", tags=["export"])
    plain.call("retire", name=name)
    assert answers(plain, "exports CSV", deep=True) == [name] and answers(plain, "exports CSV") == []
    said(plain, "Exports are written as CSV.")
    (item,) = plain.call("recall", cue="exports CSV").items
    assert (item.id, item.standing, item.tags) == (name, "active", ["export"])


@pytest.mark.parametrize("op", ["erase", "reject"])
def test_what_is_gone_for_good_does_not_come_however_deep(minded: Project, op: str) -> None:
    name = answers(minded, WEAK, loose=True)[0]
    with minded.memory.writing() as transaction:
        transaction.emit(op, name, "user", "cli", {"trust": "user"} if op == "reject" else {})
    for cue in (WEAK, PASSWORDS):
        for deep in (False, True):
            assert name not in answers(minded, cue, deep=deep, loose=True, limit=50)


def test_erased_between_the_two_files_it_does_not_come_back_with_its_vector(minded: Project) -> None:
    name = answers(minded, WEAK, loose=True)[0]
    minded.memory.close()
    erase_and_be_killed(minded, name)
    model = minded.store.vectors.models()[0]
    assert model.wordings == len(KNOWN), "the control: its vector is still there"
    for deep in (False, True):
        reply = minded.call("recall", cue=WEAK, deep=deep, loose=True, limit=50, budget_tokens=9000)
        assert name not in [item.id for item in reply.items] and PASSWORDS[:20] not in reply.nearest
    assert minded.call("embeddings_status").with_vectors == len(KNOWN) - 1


# -- links and the past ------------------------------------------------------------------------------

ASKED = "how are webhook deliveries retried with backoff by the courier service"
ANSWER = "Webhook deliveries are retried with exponential backoff by the courier service."
BESIDE = "Nobody may touch the pager rota in August."


def test_what_is_linked_with_the_best_answer_comes_when_asked_for_and_says_over_which_link(plain: Project) -> None:
    answer, beside = said(plain, ANSWER), said(plain, BESIDE)
    plain.call("link", source=beside, relation="depends_on", target=answer)
    assert answers(plain, ASKED) == [answer]
    first, second = plain.call("recall", cue=ASKED, deep=True, explain=True).items
    assert (first.id, first.linked, second.id) == (answer, "", beside)
    assert second.linked == f"depends_on {answer[:12]}" and second.match < first.match
    assert second.why == [f"does not answer by itself: {second.linked}, which does"]
    plain.call("unlink", source=beside, relation="depends_on", target=answer)
    assert answers(plain, ASKED, deep=True) == [answer], "the control: without the link it is not found"


def test_what_is_only_linked_never_comes_before_what_answers_by_itself(plain: Project) -> None:
    answer, beside = said(plain, ANSWER), said(plain, BESIDE)
    weak = said(plain, "Some retried things of the courier are discussed elsewhere in long words by all of us.")
    plain.call("link", source=answer, relation="relates_to", target=beside)
    found = plain.call("recall", cue=ASKED, deep=True, loose=True, limit=50).items
    assert [item.id for item in found][:3] == [answer, weak, beside]
    assert [bool(item.linked) for item in found] == [False] * (len(found) - 1) + [True]


def test_supersession_is_set_straight_and_not_followed_as_a_link(plain: Project) -> None:
    answer, old = said(plain, ANSWER), said(plain, BESIDE)
    plain.call("link", source=answer, relation="supersedes", target=old)
    assert answers(plain, ASKED, deep=True) == [answer]
    (item,) = plain.call("recall", cue="pager rota in August", deep=True).items
    assert (item.id, item.linked) == (answer, "")


@pytest.mark.parametrize("standing", ["erase", "reject"])
def test_what_is_gone_is_not_found_over_a_link(plain: Project, standing: str) -> None:
    answer, beside = said(plain, ANSWER), said(plain, BESIDE)
    plain.call("link", source=answer, relation="relates_to", target=beside)
    with plain.memory.writing() as transaction:
        transaction.emit(standing, beside, "user", "cli", {"trust": "user"} if standing == "reject" else {})
    assert answers(plain, ASKED, deep=True) == [answer]


def test_an_earlier_wording_matched_by_its_meaning_leads_to_the_present_one(minded: Project) -> None:
    name = answers(minded, WEAK, loose=True)[0]
    minded.call("revise", name=name, text="See the handbook, chapter nine.")
    minded.call("embeddings_reindex")
    found = minded.call("recall", cue=WEAK, deep=True, loose=True).items
    assert [(item.id, item.text) for item in found][:1] == [(name, "See the handbook, chapter nine.")]
    assert [old.text for old in found[0].replaces] == [PASSWORDS]


# -- whose vectors, which shelf, when ----------------------------------------------------------------


def test_vectors_of_another_model_are_never_compared(project: Project, model_home: Path) -> None:
    (project.home / MODELS).symlink_to(model_home / MODELS)
    names = bulk(project, KNOWN)
    encoder = local_encoder(project.home)
    with project.memory.reading() as reader:
        wrong = bytes.fromhex(reader.get(names[5]).wordings[-1].revision)
    mistaken = [(wrong, pack(encoder.encode([WEAK])))]  # as if the text about flags said just what is asked
    project.store.vectors.keep("another/model", encoder.dimensions, mistaken, set)
    project.call("embeddings_reindex")
    assert texts(project, WEAK, deep=True)[0] == PASSWORDS
    project.call("embeddings_reset", yes=True)
    project.store.vectors.keep(encoder.name, encoder.dimensions, mistaken, set)
    project.call("embeddings_reindex")
    assert texts(project, WEAK, deep=True)[0] == KNOWN[5], "the control: as the model's own they are"


def test_the_shelf_is_kept_to(minded: Project) -> None:
    said(minded, "Secrets of users are encrypted before they are stored.", domain="decisions", kind="decision")
    assert PASSWORDS in texts(minded, WEAK, deep=True)
    for more in ({"domain": "decisions"}, {"kind": "decision"}):
        found = minded.call("recall", cue=WEAK, deep=True, loose=True, **more).items
        assert [item.domain for item in found] == ["decisions"] == [f"{item.kind}s" for item in found]
    assert minded.call("recall", cue=WEAK, deep=True, loose=True, domain="tasks").items == []


def test_every_store_that_is_asked_is_looked_into(
    minded: Project, make_project: Callable[[str], Project]
) -> None:  # fmt: skip
    said(minded, "Employees sign in with a hardware token.", scope="global")
    other = make_project("other")
    minded.call("projects_register", folder=str(other.root), name="other")
    said(other, "Secrets of users are encrypted before they are stored.")
    other.call("embeddings_reindex")
    cue = "What protects credentials and logins of staff?"
    found: dict[str, Any] = {}
    for scope in ("project", "global", "both", "all"):
        items = minded.call("recall", cue=cue, deep=True, loose=True, scope=scope, limit=50, budget_tokens=9000).items
        found[scope] = {(item.scope, item.project) for item in items}
    mine, global_, others = ("project", ""), ("global", ""), ("project", "other")
    assert found == {
        "project": {mine}, "global": {global_}, "both": {mine, global_}, "all": {mine, global_, others},
    }  # fmt: skip


def test_a_deep_answer_is_given_again_as_of_then_and_by_its_trace(minded: Project) -> None:
    retired = said(minded, "Exports are written as CSV.")
    minded.call("retire", name=retired)
    cues = (*PARAPHRASES, "spreadsheet dumps", FULL, "exports")
    root = minded.call("root").root
    given = {cue: minded.call("recall", cue=cue, deep=True, loose=True, limit=20) for cue in cues}
    ids = {cue: [item.id for item in reply.items] for cue, reply in given.items()}
    assert retired in ids["exports"]
    name = ids[WEAK][0]
    minded.call("revise", name=name, text="See the handbook, chapter nine.")
    minded.call("retire", name=ids[FULL][0])
    minded.call("restore", name=retired)
    bulk(minded, ["Credentials are protected at rest by a vault.", "Photographs are shrunk.", "Customers pay once."])
    minded.call("embeddings_reindex")
    for cue in cues:
        then = minded.call("recall", cue=cue, deep=True, loose=True, limit=20, as_of=root)
        assert [item.id for item in then.items] == ids[cue]
        replayed = minded.call("replay", trace=given[cue].trace)
        assert replayed.same, replayed.differences
        assert [item.id for item in replayed.items] == ids[cue]
    today = [answers(minded, cue, deep=True, loose=True, limit=20) for cue in cues]
    assert today != list(ids.values()), "the control: today it is answered otherwise"
