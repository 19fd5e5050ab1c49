"""The point of action: what concerns a read, an edit, a command or a prompt, and that mostly nothing does."""

import time
from typing import Any

import pytest

from oldhand.errors import MissingArgument
from oldhand.knowledge.at_action import BUDGET, FENCE_TOKENS, MOST_TRIGGERED, Concern, concerning, fitting
from oldhand.knowledge.occasions import Action
from oldhand.model.tokens import estimate
from oldhand.surfaces.agent_text import rendered
from tests.conftest import Project
from tests.hostile.corpus import COMMON, corpus
from tests.hostile.looks import controls

MOST_MS = 5.0  # HOUSE.md: bounded time at an action; here for a small store, on a machine with much else to do
LONG = 2.0  # seconds for two actions of megabytes, on a machine with much else to do


@pytest.fixture
def shop(project: Project) -> Project:
    """A project of two files about which something of each kind is known."""
    (project.root / "src").mkdir()
    (project.root / "src" / "pay.py").write_text("def charge(cart):\n    return gateway.pay(cart)\n", "utf-8")
    (project.root / "src" / "cart.py").write_text("def total(cart):\n    return 0\n", "utf-8")
    return project


def at(project: Project, kind: str, limit: int = 9, now: int = 0, **action: str) -> list[Concern]:
    """What concerns an action."""
    with project.memory.reading() as reader:
        return concerning(reader, Action(kind, **action), now or project.memory.now(), limit)


def texts(found: list[Concern]) -> list[str]:
    """What is told, in its order."""
    return [one.text for one in found]


def test_what_is_tied_to_a_file_is_told_before_it_is_edited(shop: Project) -> None:
    shop.call("remember", text="Payments are never retried.", kind="decision", anchors=["src/pay.py::charge"])
    shop.call("convention", text="Amounts are whole cents.", anchors=["src/pay.py"])
    shop.call("gotcha", text="Webhooks may arrive twice.", severity="critical", anchors=["src/pay.py"])
    assert texts(at(shop, "edit", path="src/pay.py")) == [
        "Webhooks may arrive twice.", "Payments are never retried.", "Amounts are whole cents.",
    ]  # fmt: skip
    assert at(shop, "edit", path="src/cart.py") == [], "silence where nothing is tied"
    assert at(shop, "edit", path="src/gone.py") == at(shop, "edit", path="../x") == at(shop, "edit", path="") == []
    assert len(at(shop, "edit", path="src/pay.py", limit=1)) == 1


def test_what_was_tried_and_taken_back_says_so(shop: Project) -> None:
    shop.call(
        "remember", text="Backoff around charge() was reverted after 6 days.", kind="gotcha", domain="history",
        key="history/revert/c0ffee12", anchors=["src/pay.py"],
    )  # fmt: skip
    (one,) = at(shop, "edit", path="src/pay.py")
    assert one.label == "TRIED" and one.line.startswith(f"{one.id[:6]} TRIED Backoff")


def test_a_folder_speaks_for_what_lies_in_it(shop: Project) -> None:
    shop.call("convention", text="Everything here is pure.", anchors=["src"])
    (one,) = at(shop, "edit", path="src/cart.py")
    assert one.why == "tied to its folder"


def test_reading_asks_for_reminders_of_reading_only(shop: Project) -> None:
    shop.call("remind", text="Look at the diagram.", when=["read:src/pay.py"])
    shop.call("remind", text="Run the slow tests.", when=["edit:src/**/*.py"])
    shop.call("remind", text="It moves soon.", when=["file:src/pay.py::charge"])
    assert texts(at(shop, "read", path="src/pay.py")) == ["It moves soon.", "Look at the diagram."]
    assert set(texts(at(shop, "edit", path="src/pay.py"))) == {"It moves soon.", "Run the slow tests."}
    assert texts(at(shop, "edit", path="src/cart.py")) == ["Run the slow tests."]
    assert at(shop, "read", path="src/cart.py") == []


def test_a_command_brings_its_reminders_and_gotchas(shop: Project) -> None:
    shop.call("remind", text="Tell the office first.", when=["command:git push"])
    shop.call("gotcha", text="The push hangs without the VPN.", triggers=["command:git push"], severity="critical")
    shop.call("gotcha", text="`make migrate` locks the ledger.")
    shop.call("remember", text="git push is done by Ann.", kind="decision")
    assert texts(at(shop, "command", command="cd x && git push -f")) == [
        "Tell the office first.", "The push hangs without the VPN.",
    ]  # fmt: skip
    assert texts(at(shop, "command", command="make migrate")) == ["`make migrate` locks the ledger."]
    for quiet in ("git status", "echo git push", "make test", "ls", "", "migrate make"):
        assert at(shop, "command", command=quiet) == [], quiet


@pytest.mark.parametrize(
    "command",
    [
        "python3 setup.py", "s3cmd put", "k9s info", "7z x", "docker-compose up", "g++ main.cpp", "python3.11 build.py",
        "x86_64-linux-gnu-gcc main.c", "MyTool run",
    ],
)  # fmt: skip
def test_a_gotcha_without_a_trigger_is_told_where_it_names_the_command_whatever_its_name_looks_like(
    shop: Project, command: str
) -> None:
    shop.call("gotcha", text=f"`{command}` fails without the VPN.")
    assert len(at(shop, "command", command=f"cd x && {command} --now")) == 1
    program, _, word = command.partition(" ")
    for quiet in (f"{program} other", f"other {word}", f"{word} {program}", program):
        assert at(shop, "command", command=quiet) == [], quiet


def test_of_two_gotchas_that_contradict_each_other_one_is_told(shop: Project) -> None:
    shop.call("gotcha", text="`git push` hangs for 30 s without the VPN.", triggers=["command:git push"])
    other = shop.call("gotcha", text="`git push` hangs for 60 s without the VPN.", triggers=["command:git push"])
    assert other.memories[0].outcome == "contested"
    (told,) = at(shop, "command", command="git push")
    assert told.line.endswith("agent, contested)")
    shop.call("dispute", name=told.id)
    (left,) = at(shop, "command", command="git push")
    assert left.id != told.id, "what somebody disputes is not told"
    shop.call("dispute", name=left.id)
    assert at(shop, "command", command="git push") == []


def test_of_contradicting_gotchas_the_one_that_is_trusted_more_is_told(shop: Project) -> None:
    mine = shop.by_person("gotcha", text="`make test` needs 4 GB of memory.", triggers=["command:make test"])
    shop.call("gotcha", text="`make test` needs 8 GB of memory.", triggers=["command:make test"])
    assert [one.id for one in at(shop, "command", command="make test")] == [mine.memories[0].id]


@pytest.mark.parametrize("kind", ["claim", "decision", "convention"])
def test_what_is_contested_is_told_as_such_where_it_may_open_a_session(shop: Project, kind: str) -> None:
    texts_ = [f"The tests need about {size} GB of memory." for size in (4, 8)]
    for text in texts_:
        shop.call("remember", text=text, kind=kind, anchors=["src/pay.py"])
    assert shop.call("look", place="src/pay.py").items[0].standing == "contested"
    assert at(shop, "edit", path="src/pay.py") == [], "an agent's word against an agent's opens no session"
    texts_ = [f"The builds need about {size} minutes of time." for size in (4, 8)]
    for text in texts_:
        shop.by_person("remember", text=text, kind=kind, anchors=["src/cart.py"])
    told = at(shop, "edit", path="src/cart.py")
    assert sorted(texts(told)) == texts_ and all(one.line.endswith(", contested)") for one in told)


def test_gotchas_that_say_the_same_are_told_once_and_others_each(shop: Project) -> None:
    for text in ("`npm test` fails on Node 18.", "`npm test` fails on Node 18 and older."):
        shop.call("gotcha", text=text)
    assert len(at(shop, "command", command="npm test")) == 1
    for system in ("macOS", "Linux"):
        shop.call("gotcha", text=f"`npm run build` fails on {system} without a compiler.")
    assert len(at(shop, "command", command="npm run build")) == 2, "control: another system is another trap"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("`make deploy` never runs on a Friday evening.", "`make deploy` runs on a Friday evening."),
        ("`make deploy` не работает без ключа сервера.", "`make deploy` работает без ключа сервера."),
        ("`make deploy` needs the key of the server.", "`make deploy` needs the key of the server too."),
    ],
)
def test_no_gotcha_of_an_agent_takes_the_place_of_a_persons(shop: Project, mine: str, theirs: str) -> None:
    name = shop.by_person("gotcha", text=mine).memories[0].id
    shop.call("gotcha", text=theirs, severity="critical")
    assert name in [one.id for one in at(shop, "command", command="make deploy")]


def test_a_comment_in_a_command_brings_nothing(shop: Project) -> None:
    shop.call("gotcha", text="The push hangs.", triggers=["command:git push"])
    assert at(shop, "command", command="ls # then; git push") == []
    assert len(at(shop, "command", command="ls # first\ngit push")) == 1
    assert len(at(shop, "command", command="echo a#b '# c'; git push")) == 1, "control: no comments"


def test_a_prompt_brings_what_it_names_and_what_is_due(shop: Project) -> None:
    shop.call("remind", text="Готов ли список изменений?", when=["prompt:релиз"])
    shop.call("remind", text="Renew the certificate.", when=["2026-01-02"])
    shop.call("remind", text="Not before the fair.", when=["2099-01-01"])
    assert set(texts(at(shop, "prompt", text="Собираем релизы"))) == {
        "Готов ли список изменений?",
        "Renew the certificate.",
    }
    assert texts(at(shop, "prompt", text="Fix the cart")) == ["Renew the certificate."]
    name = shop.call("remind", due=True).items[0].id
    shop.call("acknowledge", name=name)
    assert at(shop, "prompt", text="Fix the cart") == []


def test_a_branch_brings_what_it_asks_for(shop: Project) -> None:
    shop.call("remind", text="No features here.", when=["branch:release/*", "command:git commit"])
    assert at(shop, "command", command="git commit", branch="main") == []
    assert texts(at(shop, "command", command="git commit", branch="release/2")) == ["No features here."]


def test_what_is_put_off_or_over_is_not_told(shop: Project) -> None:
    name = shop.call("remind", text="Run the slow tests.", when=["command:git push"], until="2090-01-01").memories[0].id
    now = shop.memory.now()
    assert len(at(shop, "command", command="git push")) == 1
    assert at(shop, "command", command="git push", now=now + 90 * 365 * 86_400_000) == [], "its time is over"
    shop.call("acknowledge", name=name, until="in 3 days")
    assert at(shop, "command", command="git push") == []
    assert len(at(shop, "command", command="git push", now=now + 5 * 86_400_000)) == 1


@pytest.mark.parametrize("trust", ["tool", "web"])
def test_what_nobody_vouches_for_is_not_told(shop: Project, trust: str) -> None:
    shop.memory.trust = trust
    shop.call("gotcha", text="The push hangs.", triggers=["command:git push"])
    shop.call("remember", text="Payments may be retried.", kind="decision", anchors=["src/pay.py"])
    shop.memory.trust = "agent"
    assert at(shop, "command", command="git push") == at(shop, "edit", path="src/pay.py") == []
    name = shop.call("gotcha").items[0].id
    shop.memory.trust = "user"
    shop.call("confirm", name=name)
    assert len(at(shop, "command", command="git push")) == 1, "the control: a person confirmed it"


def test_what_is_settled_put_away_or_read_from_the_very_file_is_not_told(shop: Project) -> None:
    name = shop.call("gotcha", text="Webhooks may arrive twice.", anchors=["src/pay.py"]).memories[0].id
    shop.call("retire", name=name)
    assert at(shop, "edit", path="src/pay.py") == []
    shop.memory.trust, shop.memory.origin = "repo", "repo:src/pay.py"
    shop.call("remember", text="Charges go to the gateway.", kind="decision", anchors=["src/pay.py:1"])
    assert at(shop, "edit", path="src/pay.py") == []


@pytest.mark.parametrize("budget", [0, 30, 40, 60, 120, 500])
def test_what_is_told_keeps_to_its_budget(shop: Project, budget: int) -> None:
    for text in (
        "Webhooks arrive twice.",
        "Шлюз молчит по ночам. " + "Слова " * 60,
        "Cents are lost. " + "words " * 90,
    ):
        shop.call("gotcha", text=text, anchors=["src/pay.py"], resolution="ждать " * 50)
    assert len(at(shop, "edit", path="src/pay.py")) == 3
    shown = fitting(at(shop, "edit", path="src/pay.py"), budget)
    assert FENCE_TOKENS * bool(shown) + sum(estimate(one.line + "\n") for one in shown) <= budget or not shown
    assert bool(fitting(at(shop, "edit", path="src/pay.py"), BUDGET)), "the control: something fits the usual budget"


def test_nasty_texts_are_one_harmless_line_each(shop: Project) -> None:
    for text in corpus(COMMON)[::3]:
        try:
            shop.call("gotcha", text=f"trap {text}", triggers=["command:git push"], resolution=text)
        except Exception:  # noqa: BLE001  texts that cannot be remembered at all are not the matter here
            continue
    found = at(shop, "command", command="git push", limit=500)
    assert len(found) > 30
    for one in found:
        assert "\n" not in one.line and not controls(one.line) and "<memory" not in one.line
        assert "</memory" not in one.line.casefold()


def test_look_shows_what_concerns_a_command_to_people_and_agents(shop: Project) -> None:
    name = shop.call("gotcha", text="The push hangs without the VPN.", triggers=["command:git push"]).memories[0].id
    reply = shop.call("look", command="git push --force")
    assert [item.id for item in reply.items] == [name] and reply.notes == [f"{name[:12]}: before running git push"]
    assert "The push hangs" in rendered("look", reply)
    quiet = shop.call("look", command="git status")
    assert quiet.items == [] and "Nothing known about git status." in rendered("look", quiet)


@pytest.mark.parametrize("arguments", [{}, {"place": ""}, {"place": "src/pay.py", "command": "ls"}, {"command": "  "}])
def test_look_takes_a_place_or_a_command(shop: Project, arguments: dict[str, Any]) -> None:
    with pytest.raises(MissingArgument):
        shop.call("look", **arguments)


def test_an_action_that_nothing_concerns_costs_little(shop: Project) -> None:
    for number in range(300):
        shop.call("remember", text=f"Fact {number} about gateway {number * 7}.")
    spent = []
    with shop.memory.reading() as reader:
        for number in range(40):
            started = time.process_time()
            assert concerning(reader, Action("edit", path=f"src/part{number}.py"), shop.memory.now()) == []
            spent.append((time.process_time() - started) * 1000)
    assert sorted(spent)[len(spent) // 2] <= MOST_MS


def test_looking_at_a_file_shows_what_names_it_by_a_pattern(shop: Project) -> None:
    shop.call("remind", text="Run the slow tests.", when=["edit:src/*.py"])
    assert [item.text for item in shop.call("look", place="src/cart.py").items] == ["Run the slow tests."]
    assert shop.call("look", place="README.md").items == [], "the control: another file"


def test_what_was_captured_by_itself_is_not_told_unasked(shop: Project) -> None:
    shop.call("gotcha", text="It may bite.", triggers=["command:git push"], anchors=["src/pay.py"])
    shop.call("remember", text="Charges go out at night.", kind="decision", priority=-50, anchors=["src/pay.py"])
    assert texts(at(shop, "edit", path="src/pay.py")) == ["It may bite."]


def test_very_long_actions_cost_no_more_for_many_triggers(shop: Project) -> None:
    for number in range(60):
        shop.call("remind", text=f"Matter {chr(97 + number % 26)}{number}.", when=[f"prompt:word{number}"])
        shop.call("remind", text=f"Thing {chr(97 + number % 26)}{number}.", when=[f"command:tool arg{number}"])
    prompt = " ".join(f"word{number}" for number in range(20_000))
    line = "; ".join(f"tool arg{number}" for number in range(20_000))
    started = time.process_time()
    assert len(at(shop, "prompt", text=prompt, limit=500)) <= MOST_TRIGGERED
    assert len(at(shop, "command", command=line, limit=500)) <= MOST_TRIGGERED
    assert time.process_time() - started < LONG
