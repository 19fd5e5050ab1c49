"""One working session in each real host, with Oldhand installed as a person does it: what arrives, and what stays."""

import json
import random
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from oldhand.memory import Memory
from oldhand.model.session import CALL, RESULT, Event
from oldhand.store.held import Held
from oldhand.store.shelf import Shelf
from oldhand.store.store import Store
from tests.hosts.agents import Host
from tests.hosts.conftest import Place, place_in
from tests.hosts.programs import Programs
from tests.hosts.script import Asked, Call

CONVENTION = "Migrations are made by make migrate and by nothing else"
GOTCHA = "The payment gateway is not idempotent, so a retry charges twice"
LEARNED = "The ledger export is owned by the billing group"
FENCE = re.compile(r"<memory [^>]*>.*?</memory>", re.DOTALL)
FULL = 985_000  # tokens; near the end of the context of either model, so that the host compacts
# It has the form of a token, and is put together here so that no scanner takes it for one.
SECRET = "gh" + "p_" + "".join(random.Random(36).choices(string.ascii_letters + string.digits, k=36))
MESSAGE = "Retry three times"
DERIVED = ("handoff", "engram")  # kinds that tell of sessions
FAILS_AT, PASSES_AT = 4, 7  # steps
AFTER_COMPACTION = 11  # the request that follows it
FAILING = "sh check.sh"
ERROR = "Error: the schema is older than the code"
OPENING_FILLED = 60  # conventions of some 20 tokens: more than the 500 tokens of an opening


class Session(NamedTuple):
    """A session: its host and its requests, each answered by the step of the same number."""

    host: Host
    place: Place
    asked: list[Asked]

    def injected(self, number: int) -> list[str]:
        """What request `number` holds of ours, fences and all, leaving out what tools answered."""
        return [fence for text in self.host.told(self.asked[number].body) for fence in FENCE.findall(text)]

    def summary(self) -> Asked:
        """The request for the summary, when the host compacts."""
        (asked,) = self.host.model.scripts.asked(f"work-{self.host.name}", "summary")
        return asked

    def log(self, kinds: tuple[str, ...]) -> list[Event]:
        """What the local log of sessions holds of it."""
        with Memory(self.place.project, self.place.person.memory_home) as memory:
            log = memory.session_log()
            return list(log.events(log.session().session.id, kinds))

    def memories(self) -> list[Held]:
        """All that is remembered."""
        with Store.open(self.place.project / ".oldhand") as store, store.read() as reader:
            return list(reader.memories(Shelf()))

    def answer(self, number: int) -> str:
        """What the tool of step `number` answered."""
        return dict(self.host.results(self.asked[number + 1].body))[number]


def write(folder: Path, name: str, text: str) -> Path:
    """A file of the project."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def filling() -> Iterator[str]:
    """Conventions that fill the opening to its budget; lines of JSON."""
    for number in range(OPENING_FILLED):
        text = f"Module number {number} keeps its settings in a file of its own beside its code"
        yield json.dumps({"text": text, "kind": "convention", "priority": 50, "key": f"settings/module-{number}"})


def work(place: Place, host: Host) -> Session:
    """The session: read, edit, ask memory, fail, mend, pass, remember, be compacted, go on."""
    folder = place.project
    pay = write(folder, "src/pay.py", "retries = 0\n")
    other = write(folder, "src/other.py", "x = 1\n")
    state = write(folder, "state.txt", "broken\n")
    write(folder, "check.sh", f"grep -q whole state.txt || {{ echo {ERROR}; exit 1; }}\n")
    write(folder, "token.txt", f"{SECRET}\n")
    place.git("add", ".")
    place.git("commit", "--quiet", "--message", "begin")
    place.oldhand("init", "--empty")
    place.oldhand("remember", CONVENTION, "--kind", "convention", "--priority", "100")
    place.oldhand("remember", "--jsonl", "\n".join(filling()))
    place.oldhand("gotcha", GOTCHA, "--anchor", "src/pay.py")
    place.oldhand("engram", "enable")
    place.connect(host)
    steps = [
        host.reading(pay),
        host.editing(pay, "retries = 0", "retries = 3"),
        host.reading(other),
        Call("mcp__oldhand__recall", {"cue": "payment gateway retry"}),
        host.running(FAILING),
        host.reading(state),
        host.editing(state, "broken", "whole"),
        host.running(FAILING),
        host.running(f"git commit --quiet --all --message '{MESSAGE}'"),
        Call("mcp__oldhand__remember", {"text": LEARNED}),
        host.running("cat token.txt")._replace(tokens=FULL),
        host.running("true"),
    ]
    prompt = host.model.scripts.play(f"work-{host.name}", *steps)
    said = host.run(folder, f"Please go through {prompt}.")
    assert said.code == 0, said
    assert not host.model.strangers
    asked = host.model.scripts.asked(f"work-{host.name}")
    assert [one.step for one in asked] == list(range(len(steps) + 1))
    place.oldhand("session", "drain")
    return Session(host, place, asked)


@pytest.fixture(scope="module", params=["claude", "codex"])
def session(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, programs: Programs
) -> Iterator[Session]:
    """The session of each host, in a place of its own."""
    with place_in(tmp_path_factory.mktemp(request.param), programs) as place:
        yield work(place, place.claude if request.param == "claude" else place.codex)


def test_the_opening_is_in_the_first_request(session: Session) -> None:
    (opening,) = session.injected(0)
    assert "migrate" in opening


def test_the_point_of_action_line_is_read_before_the_edit_it_concerns(session: Session) -> None:
    before, deciding = session.injected(0), session.injected(1)
    (line,) = deciding[len(before) :]
    assert GOTCHA in line
    assert "src/pay.py" in line


def test_it_is_not_said_again_in_the_session(session: Session) -> None:
    assert session.injected(4) == session.injected(1)  # neither at the edit, nor at a file that nothing concerns


def test_the_mcp_tools_answer(session: Session) -> None:
    assert GOTCHA in session.answer(3)
    assert "remembered" in session.answer(9)


def test_the_opening_is_there_again_after_the_compaction(session: Session) -> None:
    assert session.summary()
    (opening,) = session.injected(AFTER_COMPACTION)
    assert "migrate" in opening


def test_every_call_is_in_the_log_once_with_its_result(session: Session) -> None:
    wanted = {f"work-{session.host.name}_{step}" for step in range(len(session.asked) - 1)}
    for kind in (CALL, RESULT):
        keys = [event.key.removeprefix("toolu_").removeprefix("call_") for event in session.log((kind,))]
        assert sorted(keys) == sorted(wanted)


def test_a_failure_is_told_from_a_success(session: Session) -> None:
    said = [event.ok for event in session.log((RESULT,))]
    assert [number for number, ok in enumerate(said) if ok is False] == [FAILS_AT]
    assert said[PASSES_AT] is True


def test_what_failed_and_then_passed_is_a_gotcha_at_low_trust(session: Session) -> None:
    (found,) = [one for one in session.memories() if ERROR in one.text]
    assert FAILING in found.text
    assert "state.txt" in found.text
    assert (found.kind, found.trust) == ("gotcha", "tool")


def test_what_memory_said_is_not_learned_again(session: Session) -> None:
    memories = session.memories()
    assert not [one.text for one in memories if "<memory" in one.text]
    texts = [one.text for one in memories if one.kind not in DERIVED]
    assert len(texts) == len(set(texts))
    assert len(texts) == len(list(filling())) + len((CONVENTION, GOTCHA, LEARNED, ERROR))


def test_a_secret_that_a_command_printed_gets_into_no_file_of_ours(session: Session) -> None:
    assert any(SECRET in json.dumps(one.body) for one in (*session.asked, session.summary()))  # the model saw it
    folders = (session.place.project / ".oldhand", session.place.person.memory_home)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert not [path.name for path in files if SECRET.encode() in path.read_bytes()]
    assert any("token.txt" in event.text for event in session.log((CALL,)))


def test_the_commit_of_the_session_is_an_engram_of_it(session: Session) -> None:
    (engram,) = json.loads(session.place.oldhand("engram", "list", "--json"))["engrams"]
    with Memory(session.place.project, session.place.person.memory_home) as memory:
        row = memory.session_log().session()
    assert (engram["host"], engram["session"]) == (session.host.name, row.session.id)
    assert engram["commit"] == session.place.git("rev-parse", "HEAD").strip()
    assert engram["title"] == MESSAGE


def test_doctor_tells_that_hooks_arrive(session: Session) -> None:
    findings = json.loads(session.place.oldhand("doctor", "--json"))["findings"]
    (found,) = [one for one in findings if one["component"] == session.host.name]
    if session.host.name == "claude":
        assert found["state"] == "ok"
        assert "hooks seen" in found["detail"]
    else:
        assert "not approved" in found["detail"]  # they ran because this session asked nobody


def test_the_next_session_is_told_where_this_one_stopped(session: Session) -> None:
    name = f"next-{session.host.name}"
    prompt = session.host.model.scripts.play(name)
    assert session.host.run(session.place.project, prompt).code == 0
    (asked,) = session.host.model.scripts.asked(name)
    (opening,) = [fence for text in session.host.told(asked.body) for fence in FENCE.findall(text)]
    assert MESSAGE in opening
    assert "src/pay.py" in opening
