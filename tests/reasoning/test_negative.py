"""What was tried and did not work: recorded with its scope and its end, told where it is about to be tried again."""

from pathlib import Path

import pytest

from oldhand.errors import (
    BadAnchor,
    BadArgument,
    BadDate,
    MissingArgument,
    NotNegative,
    Refused,
    SecretFound,
    UnknownId,
)
from oldhand.knowledge.anchoring import checker
from oldhand.knowledge.at_action import Concern, concerning
from oldhand.knowledge.occasions import Action
from oldhand.reasoning.negative import EXPIRED, IN_FORCE, REOPENED, Known, about
from oldhand.reasoning.negative_telling import NegativeTold
from oldhand.reasoning.reopening import changed_version
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project

CODE = "def charge(cart):\n    return pay(cart)\n\n\ndef refund(cart):\n    return pay(cart, -1)\n"
BACKOFF = "Exponential backoff around charge()"
TWICE = "customers were charged twice"


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with a file of code and a dependency."""
    (project.root / "src").mkdir()
    (project.root / "src" / "pay.py").write_text(CODE, "utf-8")
    (project.root / "src" / "cart.py").write_text(CODE, "utf-8")
    (project.root / "requirements.txt").write_text("celery==4.1\n", "utf-8")
    return project


def recorded(project: Project, text: str = BACKOFF, **said: object) -> NegativeTold:
    """Something that was tried, as a person records it."""
    found: NegativeTold = project.by_person("negative_record", text=text, **{"conclusion": TWICE, **said}).negative
    return found


def known(project: Project, text: str = "", *places: str, **more: object) -> list[Known]:
    """What concerns a text or places."""
    with project.memory.reading() as reader:
        return about(reader, text, places, checker=checker(project.memory, ""), **more)  # type: ignore[arg-type]


def concerns(project: Project, action: Action, later_ms: int = 0) -> list[Concern]:
    """What is told at an action."""
    with project.memory.reading() as reader:
        return concerning(reader, action, project.memory.now() + later_ms)


# -- recording -------------------------------------------------------------------------------------------


def test_what_is_recorded_has_a_scope_and_an_end_whoever_says_it(shop: Project) -> None:
    mine = recorded(shop, module="payments", evidence=["c0ffee1"], advice="ask support", severity="critical")
    assert mine.text == f'TRIED "{BACKOFF}" did not work: {TWICE}.'
    assert (mine.tried, mine.conclusion, mine.evidence, mine.advice) == (BACKOFF, TWICE, ["c0ffee1"], "ask support")
    assert (mine.applies, mine.state, mine.trust) == ("payments", IN_FORCE, "user")
    theirs = shop.call("negative_record", text="Threads for uploads", conclusion="they starved the pool").negative
    assert theirs.applies == "this project"
    assert int(mine.until[:4]) - int(mine.since[:4]) == 4 and int(theirs.until[:4]) - int(theirs.since[:4]) == 2
    assert recorded(shop, "Sagas", anchors=["src/pay.py"]).applies == "src/pay.py"
    assert recorded(shop, "Two-phase commit", until="2031-05-05").until[:10] == "2031-05-05"


def test_recorded_again_it_is_the_same_memory_and_counts_anew(shop: Project) -> None:
    first = recorded(shop)
    shop.by_person("negative_reopen", name=first.id)
    again = shop.by_person("negative_record", text="exponential  BACKOFF around `charge()`", conclusion="it hung")
    assert again.outcome == "changed" and again.negative.id == first.id
    assert (again.negative.state, again.negative.conclusion) == (IN_FORCE, "it hung")
    reply = shop.call("negative_list")
    assert len(reply.items) == 1 and reply.in_force == 1


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"conclusion": " "}, MissingArgument),
        ({"until": "2001-01-01"}, BadDate),
        ({"until": "2030-13-01"}, BadDate),
        ({"reopens": ["../../etc/passwd"]}, BadAnchor),
        ({"anchors": ["src/pay.py::gone"]}, BadAnchor),
        ({"triggers": ["sometimes"]}, BadArgument),
        ({"evidence": ["x"] * 21}, BadArgument),
        ({"text": "x" * 501}, BadArgument),
        ({"text": " \n "}, BadArgument),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_nothing_is_written(
    shop: Project, said: dict[str, object], error: type[Exception]
) -> None:  # fmt: skip
    with pytest.raises(error):
        shop.call("negative_record", **{"text": BACKOFF, "conclusion": TWICE, **said})
    assert not shop.call("negative_list", state="every").items


def test_a_secret_in_any_of_its_words_is_refused_or_replaced(shop: Project) -> None:
    secret = "ghp_" + "Zk3v9QpL7xTn2RbY" + "8sWdH4mJc6FgA1eUoK5t"
    with pytest.raises(SecretFound):
        shop.call("negative_record", text=BACKOFF, conclusion=f"it printed {secret}")
    kept = shop.call("negative_record", text=BACKOFF, conclusion=f"it printed {secret}", redact=True).negative
    assert secret not in str(kept) and "it printed" in kept.conclusion


def test_another_kind_of_memory_is_named_as_what_it_is(shop: Project) -> None:
    claim = shop.call("remember", text="The shop sells tools.").memories[0].id
    for operation in ("negative_show", "negative_expire", "negative_reopen"):
        with pytest.raises(NotNegative, match="claim"):
            shop.call(operation, name=claim)


# -- what concerns a text or a place ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tried", "asked"),
    [
        ("use redis for sessions", "Should we use Redis or Memcached for sessions?"),
        (BACKOFF, "add exponential backoff to charge"),
        ("Хранить сессии в Redis", "А давайте будем хранить сессии в редисе, то есть в Redis?"),
        ("Кэшировать цены в памяти", "Может, кэшировать цену в памяти процесса?"),
        ("Вызывать `retry_payment` из очереди", "call retry_payment from a queue, из очереди"),
        ("Move src/pay.py to async", "rewrite src/pay.py as async code"),
        ("GraphQL", "we could offer GraphQL to partners"),
    ],
)
def test_a_text_that_asks_for_what_was_tried_is_told_of_it(shop: Project, tried: str, asked: str) -> None:
    name = recorded(shop, tried).id
    (one,) = known(shop, asked)
    assert (one.id, one.state) == (name, IN_FORCE) and one.why.startswith("says ") and one.score >= 5_000


@pytest.mark.parametrize(
    "asked",
    [
        "How do sessions expire?",
        "Add a cache for prices",
        "Redis",
        "use it for that",
        "try to add something new",
        "добавить что-то новое",
        "",
        "\"' OR 1=1 NEAR( *",
    ],
)
def test_a_text_that_shares_a_word_or_none_is_told_nothing(shop: Project, asked: str) -> None:
    recorded(shop, "use redis for sessions")
    recorded(shop, BACKOFF)
    assert known(shop, asked) == []


def test_words_far_apart_in_a_long_text_say_nothing_together(shop: Project) -> None:
    name = recorded(shop, "use redis for sessions").id
    filler = "The page of the catalogue lists prices, sizes and colours of every tool that we sell. " * 5
    assert known(shop, f"Redis keeps the queue of mails. {filler} Sessions end at midnight.") == []
    together = known(shop, f"{filler} We could keep the sessions in Redis then. {filler}")
    assert [one.id for one in together] == [name], "the control: together they do"


def test_a_dependency_is_known_by_its_name_alone(shop: Project) -> None:
    recorded(shop, "Run the mails in workers", reopens=["dep:celery"])
    assert [one.why for one in known(shop, "celery would do that")] == ["names celery"]
    assert known(shop, "celeryd is something else") == []


def test_a_place_brings_what_is_tied_to_it(shop: Project) -> None:
    name = recorded(shop, anchors=["src/pay.py::charge"]).id
    assert [(one.id, one.why) for one in known(shop, "", "src/pay.py")] == [(name, "tied to src/pay.py")]
    assert known(shop, "", "src/cart.py") == [] == known(shop, "", "\x00", "/etc/passwd", "src")


def test_nothing_is_read_where_nothing_was_tried(shop: Project) -> None:
    shop.call("remember", text="Exponential backoff around charge() works.")
    assert known(shop, BACKOFF, "src/pay.py") == []


def test_the_gravest_and_freshest_comes_first(shop: Project) -> None:
    light = recorded(shop, "Backoff for the gateway", severity="info").id
    grave = recorded(shop, "Backoff for the gateway twice", severity="critical").id
    assert [one.id for one in known(shop, "Backoff for the gateway twice, please")] == [grave, light]


# -- the end of it ---------------------------------------------------------------------------------------


def test_what_expired_says_so_and_is_told_to_nobody_unasked(shop: Project) -> None:
    name = recorded(shop, anchors=["src/pay.py"]).id
    edit = Action("edit", "src/pay.py")
    assert [one.id for one in concerns(shop, edit)] == [name], "the control: before it expires it is told"
    ended = shop.by_person("negative_expire", name=name, reason="another gateway")
    assert (ended.outcome, ended.negative.state) == ("expired", EXPIRED)
    assert concerns(shop, edit) == [] == known(shop, BACKOFF, "src/pay.py")
    assert [one.state for one in known(shop, BACKOFF, expired=True)] == [EXPIRED]
    reply = shop.call("negative_list")
    assert (reply.items, reply.expired) == ([], 1)
    assert [one.id for one in shop.call("negative_list", state="expired").items] == [name]
    assert "EXPIRED" in str(shop.call("recall", cue=BACKOFF).items) or shop.call("recall", cue=BACKOFF).items[0].expired
    back = shop.by_person("negative_expire", name=name, until="2033-01-01")
    assert back.negative.state == IN_FORCE and [one.id for one in concerns(shop, edit)] == [name]


def test_it_expires_by_itself_when_its_lifetime_is_over(shop: Project) -> None:
    recorded(shop, anchors=["src/pay.py"])
    year = 365 * 86_400_000
    assert concerns(shop, Action("edit", "src/pay.py"), 3 * year)
    assert not concerns(shop, Action("edit", "src/pay.py"), 5 * year)


def test_an_agent_neither_ends_nor_reopens_what_a_person_said(shop: Project) -> None:
    name = recorded(shop).id
    for operation in ("negative_expire", "negative_reopen"):
        with pytest.raises(Refused, match="believed as agent"):
            shop.call(operation, name=name)
    assert shop.call("negative_show", name=name).negative.state == IN_FORCE


def test_a_person_opens_it_for_another_try(shop: Project) -> None:
    name = recorded(shop, anchors=["src/pay.py"]).id
    opened = shop.by_person("negative_reopen", name=name, reason="the gateway is idempotent now")
    assert (opened.outcome, opened.negative.state) == ("reopened", REOPENED)
    assert shop.by_person("negative_reopen", name=name).outcome == "unchanged"
    (one,) = concerns(shop, Action("edit", "src/pay.py"))
    assert "may be worth another try" in one.line


def test_another_version_of_a_dependency_reopens_it(shop: Project) -> None:
    name = recorded(shop, reopens=["dep:celery"], anchors=["src/pay.py"]).id
    assert shop.call("negative_show", name=name).negative.state == IN_FORCE
    (shop.root / "requirements.txt").write_text("celery==5.3\nflask\n", "utf-8")
    one = shop.call("negative_show", name=name).negative
    assert (one.state, one.again, one.reopens) == (REOPENED, ["celery was 4.1, now 5.3"], ["dep:celery@4.1"])
    assert "another try" not in concerns(shop, Action("edit", "src/pay.py"))[0].line, "hooks read no manifests"
    assert shop.call("negative_update").reopened == 1
    assert "another try" in concerns(shop, Action("edit", "src/pay.py"))[0].line
    (shop.root / "requirements.txt").write_text("celery==4.1\n", "utf-8")
    assert shop.call("negative_show", name=name).negative.state == IN_FORCE
    shop.call("negative_update")
    assert "another try" not in concerns(shop, Action("edit", "src/pay.py"))[0].line


def test_what_was_given_up_reopens_when_it_is_taken_in_again(shop: Project) -> None:
    name = recorded(shop, "depend on left-pad", reopens=["dep:left-pad"]).id
    assert shop.call("negative_show", name=name).negative.state == IN_FORCE
    (shop.root / "package.json").write_text('{"dependencies": {"left-pad": "^1.3"}}', "utf-8")
    assert shop.call("negative_show", name=name).negative.again == ["left-pad is in the project: ^1.3"]


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ("4.1", {"poetry.lock": "5.3"}, "celery was 4.1, now 5.3"),
        ("4.1", {"poetry.lock": "4.1", "pyproject.toml": ">=5"}, ""),
        ("4.1", {"pyproject.toml": ">=4,<5"}, ""),
        (">=4", {"pyproject.toml": ">= 4"}, ""),
        (">=4", {"pyproject.toml": ">=5"}, "celery was >=4, now >=5"),
        ("4.1", {}, ""),
        ("4.1", {"uv.lock": "4.0, 4.1"}, ""),
    ],
)
def test_only_like_is_compared_with_like(before: str, now: dict[str, str], why: str) -> None:
    assert changed_version("celery", before, now) == why


def test_code_that_changed_reopens_what_is_tied_to_just_that(shop: Project) -> None:
    name = recorded(shop, anchors=["src/pay.py::charge"]).id
    whole = recorded(shop, "Sagas", anchors=["src/pay.py"]).id
    path: Path = shop.root / "src" / "pay.py"
    path.write_text(CODE.replace("pay(cart, -1)", "pay(cart, -2)"), "utf-8")
    assert shop.call("negative_show", name=name).negative.state == IN_FORCE, "another function of the file changed"
    path.write_text(CODE.replace("return pay(cart)\n\n", "return pay(cart, key=cart.id)\n\n"), "utf-8")
    one = shop.call("negative_show", name=name).negative
    assert one.state == REOPENED and one.again[0].startswith("src/pay.py::charge changed since")
    assert shop.call("negative_show", name=whole).negative.state == IN_FORCE, "files change all the time"
    path.unlink()
    assert shop.call("negative_show", name=whole).negative.again == ["src/pay.py is gone"]


# -- at the right moment ---------------------------------------------------------------------------------


def test_before_an_edit_it_is_told_as_tried_and_elsewhere_nothing(shop: Project) -> None:
    name = recorded(shop, anchors=["src/pay.py"], severity="critical", advice="queue it").id
    (one,) = concerns(shop, Action("edit", "src/pay.py"))
    assert one.line.startswith(f'{name[:6]} TRIED CRITICAL "{BACKOFF}" did not work: {TWICE}. Instead: queue it (')
    assert concerns(shop, Action("edit", "src/cart.py")) == [] == concerns(shop, Action("command", command="git push"))


def test_before_a_command_that_it_names_it_is_told(shop: Project) -> None:
    recorded(shop, "Mails through celery", triggers=["command:pip install celery"])
    assert concerns(shop, Action("command", command="uv run pip install -U celery"))
    assert not concerns(shop, Action("command", command="pip install celeryd"))
    assert not concerns(shop, Action("command", command="pip uninstall celery"))


def test_agents_see_it_as_tried_in_recall_and_look(shop: Project) -> None:
    recorded(shop, anchors=["src/pay.py"])
    recall = rendered("recall", shop.call("recall", cue=BACKOFF))
    look = rendered("look", shop.call("look", place="src/pay.py"))
    for text in (recall, look):
        assert f' TRIED "{BACKOFF}"' in text and "NEGATIVE" not in text


# -- an ordinary memory ----------------------------------------------------------------------------------


def test_forgotten_it_is_gone_and_does_not_come_back(shop: Project) -> None:
    name = recorded(shop).id
    shop.by_person("forget", names=[name], yes=True)
    assert not shop.call("negative_list", state="every").items and known(shop, BACKOFF) == []
    shop.call("negative_update")
    assert not shop.call("negative_list", state="every").items


def test_an_export_carries_it_to_another_store(shop: Project, make_project: object) -> None:
    name = recorded(shop, reopens=["dep:celery"], evidence=["c0ffee1"]).id
    shop.by_person("export", file="memory.jsonl")
    other: Project = make_project("other")  # type: ignore[operator]
    (other.root / "memory.jsonl").write_bytes((shop.root / "memory.jsonl").read_bytes())
    other.by_person("import", file="memory.jsonl", yes=True)
    one = other.call("negative_show", name=name).negative
    assert (one.tried, one.reopens, one.evidence) == (BACKOFF, ["dep:celery@4.1"], ["c0ffee1"])
    assert one.until == shop.call("negative_show", name=name).negative.until


def test_a_part_that_is_a_folder_ties_it_to_that_folder(shop: Project) -> None:
    assert recorded(shop, module="src/").anchors == ["src"]
    assert recorded(shop, "Threads for uploads", module="payments").anchors == []
    assert [one.id for one in shop.call("look", place="src/pay.py").items if one.kind == "negative"]


def test_it_is_called_by_words_and_says_why_it_is_open_again(shop: Project) -> None:
    name = recorded(shop).id
    shop.by_person("negative_reopen", name="backoff", reason="the gateway is idempotent now")
    shown = shop.call("negative_show", name="exponential BACKOFF")
    assert shown.negative.id == name and shown.negative.again == ["somebody says so: the gateway is idempotent now"]
    with pytest.raises(UnknownId):
        shop.call("negative_show", name="threads")


def test_what_expired_needs_no_opening_and_says_so(shop: Project) -> None:
    recorded(shop)
    shop.by_person("negative_expire", name="backoff", reason="the gateway is gone")
    done = shop.by_person("negative_reopen", name="backoff", reason="try it")
    assert (done.outcome, done.negative.state) == ("unchanged", EXPIRED) and "counts no longer" in done.why
    assert shop.call("negative_show", name="backoff").until_because == "the gateway is gone"


@pytest.mark.parametrize(("words", "asked_for"), [(4, False), (5, True)])
def test_a_text_asks_for_it_when_it_has_half_of_its_words(shop: Project, words: int, asked_for: bool) -> None:
    tried = ["almond", "basil", "cedar", "dahlia", "elder", "fennel", "ginger", "hazel", "iris"]  # all as rare
    name = recorded(shop, " ".join(tried)).id
    assert [one.id for one in known(shop, " ".join(tried[:words]))] == [name] * asked_for


def test_two_words_of_a_long_attempt_do_not_ask_for_it(shop: Project) -> None:
    name = recorded(shop, "Deliver the mail queue through celery brokers with prefetch and late acknowledgement").id
    assert known(shop, "show the mail queue on a page") == []
    assert [one.id for one in known(shop, "deliver the mail queue through brokers with prefetch")] == [name]
