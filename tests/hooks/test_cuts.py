"""What is cut is screened first: wherever a cut falls, no part of a secret that stands on it is kept."""

import base64
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from oldhand.model.excerpt import MARGIN, ends, head, tail
from oldhand.model.secrets import find
from oldhand.sessions.draining import drain
from oldhand.sessions.transcripts.neutral import MOST_EXCERPT as MOST_READ
from oldhand.sessions.transcripts.neutral import called
from oldhand.store.session_rows import LONGEST_TEXT
from oldhand.surfaces.hooks import spooling
from oldhand.surfaces.hooks.lines import MOST_COMMAND, MOST_EXCERPT, MOST_OUTPUT, MOST_PATH, MOST_PROMPT, line_for
from oldhand.surfaces.hooks.payload import Happening
from oldhand.surfaces.hooks.screening import Screen
from tests.conftest import Project
from tests.hooks.hosting import Host, spooled
from tests.secrets.samples import Sample, samples

PART = 8  # characters of a secret that nothing may keep
AROUND = 9000  # characters before and behind: more than any window
MANY = 4  # places of the cut within each sample
SAMPLES = [sample for sample in samples(3) if find(f"\n{sample.text}\n")]


def filler(length: int) -> str:
    """Ordinary lines of exactly this length that end with a line break."""
    return ("the build went on\n" * (length // 18 + 1))[-length:] if length else ""


def before(text: str, at: int, kept: int) -> str:
    """A long text in which the end of what is kept from its beginning falls into `text` at `at`."""
    return filler(kept - at) + text + "\n" + filler(AROUND)


def behind(text: str, at: int, kept: int) -> str:
    """A long text in which the beginning of what is kept of its end falls into `text` at `at`."""
    rest = len(text) - at
    return filler(AROUND) + text + ("\n" + filler(kept))[: kept - rest]


def parts(value: str) -> set[str]:
    return {value[start : start + PART] for start in range(len(value) - PART + 1)}


def kept_of(value: str, said: str) -> list[str]:
    return [part for part in sorted(parts(value)) if part in said]


def places() -> Iterator[tuple[Sample, int]]:
    """Every sample with the cut at several places in it, other ones for each sample."""
    for number, sample in enumerate(SAMPLES):
        step = max(1, len(sample.text) // MANY)
        for at in range(number % step, len(sample.text) + 1, step):
            yield sample, at


def happenings(sample: Sample, at: int, name: str) -> list[Happening]:
    """What a host says of a command, an edit and a prompt with the sample on every cut of their lines."""
    text = sample.text
    half = MOST_COMMAND // 2
    command = before(text, at, half) + filler(AROUND)
    given = {"session_id": "s-1", "tool_use_id": name, "tool_input": {
        "command": command if len(name) % 2 else behind(text, at, half), "new_string": before(text, at, MOST_EXCERPT),
        "old_string": before(text, at, MOST_EXCERPT),
    }}  # fmt: skip
    output = {"stdout": behind(text, at, MOST_OUTPUT), "stderr": ""}
    prompt = before(text, at, MOST_PROMPT // 2) if len(name) % 2 else behind(text, at, MOST_PROMPT // 2)
    return [
        Happening("claude", "PostToolUse", {**given, "tool_name": "Bash", "tool_response": output}),
        Happening("claude", "UserPromptSubmit", {"session_id": "s-1", "prompt_id": name, "prompt": prompt}),
    ]


def test_a_secret_on_a_cut_reaches_neither_the_spool_nor_the_log(project: Project) -> None:
    screen, by_name, lines = Screen(str(project.home), str(project.folder)), {}, []
    for number, (sample, at) in enumerate(places()):
        name = f"c{number}" + "x" * (number % 2)
        by_name[name] = sample
        for one in happenings(sample, at, name):
            line = line_for(one, screen, 1_763_000_000_000 + number)
            lines.append(line)
            assert not kept_of(sample.value, json.dumps(line)), (sample.name, at, line)
    assert len(by_name) > 600
    kept = sum(len(line["text"]) for line in lines) / len(lines)
    assert kept > 0.8 * (MOST_OUTPUT + MOST_PROMPT) / 2  # the ordinary text around it stays
    spooling.note(str(project.folder), lines[:800], "claude")
    spooling.note(str(project.folder), lines[800:], "claude")
    assert drain(project.memory, 0).broken == 0
    seen = 0
    for event in project.memory.session_log().events("s-1"):
        if event.key in by_name:
            seen += 1
            said = json.dumps([event.text, event.target, event.detail], ensure_ascii=False)
            assert not kept_of(by_name[event.key].value, said), (by_name[event.key].name, said)
    assert seen > len(by_name)


def test_cutting_first_would_keep_parts_of_them() -> None:
    from oldhand.model.secrets import masked

    leaked = {
        sample.name for sample, at in places() if kept_of(sample.value, masked(behind(sample.text, at, 2000)[-2000:]))
    }
    assert len(leaked) > len(SAMPLES) // 2


@pytest.mark.parametrize(
    "name", ["GitHub personal", "password in env", "AWS secret", "address", "JWT", "RSA key block"]
)
def test_at_every_single_place_of_the_cut(name: str) -> None:
    sample = next(sample for sample in SAMPLES if sample.name == name)
    for at in range(len(sample.text) + 1):
        for said in (
            head(before(sample.text, at, 600), 600, find),
            tail(behind(sample.text, at, 2000), 2000, find),
            tail(behind(sample.text, at, 2000), 2000, find, 500),
            ends(before(sample.text, at, 600), 1200, find, " … "),
            ends(before(sample.text, at, 600)[:1500], 1200, find, " … "),
        ):
            assert not kept_of(sample.value, said), (at, said)


def test_hooks_as_hosts_start_them(project: Project) -> None:
    host, sample = Host(project.root, project.home), next(one for one in SAMPLES if one.name == "password in env")
    at = sample.text.index("=") + 1
    host.fires("PostToolUse", tool_name="Bash", tool_input={"command": "env"},
               tool_response={"stdout": behind(sample.text, at, MOST_OUTPUT), "stderr": ""})  # fmt: skip
    host.fires("PreToolUse", tool_name="Write", tool_input={"content": before(sample.text, at + 3, MOST_EXCERPT)})
    url = f"https://x.internal/{'a/' * 470}?access_token=" + "Zk3" * 30
    host.fires("PreToolUse", tool_name="WebFetch", tool_input={"url": url})
    assert len(spooled(project)) == 3 and not kept_of(sample.value, json.dumps(spooled(project)))
    assert len(url) > MOST_PATH and "Zk3" not in json.dumps(spooled(project))


def lines_of_key(count: int, seed: int = 4) -> list[str]:
    raw = base64.b64encode(random.Random(seed).randbytes(48 * count - 20)).decode()
    return [raw[start : start + 64] for start in range(0, len(raw), 64)]


@pytest.mark.parametrize("indent", ["", "    ", "> ", "    12\t"])
def test_a_key_larger_than_the_window_is_known_by_its_lines(indent: str) -> None:
    lines = lines_of_key(400)
    title, close = "-----BEGIN RSA PRIVATE" + " KEY-----", "-----END RSA PRIVATE" + " KEY-----"
    body = "\n".join(indent + line for line in [title, *lines, close])
    assert len(body) > 3 * MARGIN
    for cut in range(0, 130, 9):
        said = tail(body[: -200 - cut], 2000, find, 500) + head(body[2000 + cut :], 600, find)
        said += ends(f"the key:\n{body}\nit is", 4000 + cut, find, " … ")
        assert not [line for line in lines if line[:PART] in said or line[-PART:] in said]
    plain = "\n".join(filler(64)[:63] for _ in range(400))
    assert len(tail(plain, 2000, find)) == 2000  # the control: ordinary lines of that length stay


def test_a_signed_token_larger_than_the_window_is_known_by_its_run() -> None:
    rng = random.Random(6)
    body = base64.urlsafe_b64encode(rng.randbytes(9000)).decode()
    token = "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + body
    for cut in range(0, 60, 7):
        said = tail(f"told: {token}"[: len(token) - cut], 2000, find) + head(token[100 + cut :], 600, find)
        said += ends(f"{token} and more", 4000 + cut, find, " … ")
        assert not kept_of(body, said)


def test_a_nul_in_a_token_does_not_hide_it() -> None:
    sample = next(sample for sample in SAMPLES if sample.name == "GitHub personal")
    split = sample.text.replace(sample.value, sample.value[:12] + "\0" + sample.value[12:])
    assert not kept_of(sample.value, tail(behind(split, 30, 2000), 2000, find).replace("\0", ""))


def test_a_mark_is_never_cut() -> None:
    mark = "[GitHub token …f3a91c04]"
    for at in range(1, len(mark)):
        assert head(before(mark, at, 600), 600, find).endswith(f"on\n{mark}")
        assert tail(behind(mark, at, 600), 600, find).startswith(f"{mark}\n")


@pytest.mark.parametrize("text", ["a" * 9000, "=" * 9000, "сборка прошла без ошибок, " * 400, "构建成功" * 2500])
def test_what_is_no_secret_is_kept_whole(text: str) -> None:
    assert head(text, 600, find) == text[:600] and tail(text, 600, find) == text[-600:]
    assert ends(text, 600, find, "…") == f"{text[:300]}…{text[-300:]}"


def test_a_pattern_of_ones_own_on_a_cut(project: Project) -> None:
    project.by_person("config_set", name="secrets.patterns", value="ACME-[A-Z0-9]{8}", scope="person")
    value = "ACME" + "-" + "AB12CD34"
    host = Host(project.root, project.home)
    host.fires("PostToolUse", tool_name="Bash", tool_input={"command": "id"},
               tool_response={"stdout": behind(f"it is {value} now", 9, MOST_OUTPUT), "stderr": ""})  # fmt: skip
    assert "12CD34" not in json.dumps(spooled(project))
    from oldhand.sessions.record import REPLY, Event

    log = project.memory.session_log()
    log.add("s-2", [Event(REPLY, 1, "k", before(f"it is {value} now", 14, LONGEST_TEXT // 2) + filler(AROUND))])
    (event,) = log.events("s-2")
    assert "ACME-AB" not in event.text and len(event.text) > LONGEST_TEXT - 200


def test_what_transcripts_tell_is_screened_before_it_is_cut(project: Project) -> None:
    from oldhand.sessions.record import Event

    log = project.memory.session_log()
    for number, (sample, at) in enumerate(list(places())[::5]):
        new = before(sample.text, at, MOST_READ)
        about = called("Edit", {"file_path": "a.py", "new_string": new, "old_string": new})
        asked = called("mcp__x__ask", {"text": before(sample.text, at, MOST_READ // 2 - 10)})
        long: dict[str, Any] = {"note": before(sample.text, at, 2000), "deep": {"a": {"b": {"c": {"d": sample.text}}}}}
        for made, place in ((about, 0), (asked, 1)):
            log.add("s-3", [Event("call", number, f"k{number}.{place}", made.text, tool=made.tool,
                                  detail={**made.detail, **long})])  # fmt: skip
        kept = list(log.events("s-3", since=number))
        assert kept and not kept_of(sample.value, json.dumps([(one.text, one.detail) for one in kept])), sample.name
