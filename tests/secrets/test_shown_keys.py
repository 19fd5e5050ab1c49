"""Private keys are found as editors, searches, differences and logs show them: with something before each line."""

import base64
import random
import time
from collections.abc import Callable

import pytest

from oldhand.model.excerpt import head, tail
from oldhand.model.secret_hints import none_in
from oldhand.model.secrets import find, masked

BEGIN, END = "-----BEGIN RSA PRIVATE" + " KEY-----", "-----END RSA PRIVATE" + " KEY-----"
PART = 8  # characters of a line that nothing may keep
LINEAR = 8.0  # times as long for four times the text: linear is 4, quadratic 16
Shown = Callable[[int, str], str]

FORMS: dict[str, Shown] = {
    "a reading tool": lambda n, line: f"{n:6}→{line}",
    "cat -n": lambda n, line: f"{n:6}\t{line}",
    "cat -n in JSON": lambda n, line: f"{n:6}\\t{line}",
    "a number and a colon": lambda n, line: f"{n}: {line}",
    "a listing": lambda n, line: f"{n:4} | {line}",
    "a numbered list": lambda n, line: f"{n}. {line}",
    "a number in parentheses": lambda n, line: f"{n}) {line}",
    "an added line": lambda n, line: f"+{line}",
    "a removed line": lambda n, line: f"-{line}",
    "diff, left": lambda n, line: f"< {line}",
    "diff, right": lambda n, line: f"> {line}",
    "both parents": lambda n, line: f"--{line}",
    "grep -n": lambda n, line: f"config/certs/server.pem:{n}:{line}",
    "grep -A": lambda n, line: f"certs/server.pem{':-'[n > 1]}{n}{':-'[n > 1]}{line}",
    "rg": lambda n, line: f"server.pem:{line}",
    "blame": lambda n, line: f"^ab12cd3 (Ann 2026-11-2{n % 10} 10:00:00 +0300 {n:3}) {line}",
    "a log": lambda n, line: f"2026-11-22T04:0{n % 6}:11.{n:03}Z web_1  | {line}",
    "a comment": lambda n, line: f" * {line}",
    "strings of code": lambda n, line: f'  "{line}\\n" +',
}


def body(seed: int = 3) -> list[str]:
    raw = base64.b64encode(random.Random(seed).randbytes(1190)).decode()
    return [raw[start : start + 64] for start in range(0, len(raw), 64)]


LINES = body()


def kept(said: str) -> list[int]:
    """The numbers of the lines of the key of which a part is in a text."""
    return [
        number for number, line in enumerate(LINES)
        if any(line[start : start + PART] in said for start in range(len(line) - PART + 1))
    ]  # fmt: skip


def shown(form: str) -> tuple[list[str], str]:
    """The lines of a key as they are shown, and what ends each."""
    end = "\\n" if "JSON" in form else "\n"
    return [FORMS[form](number, line) for number, line in enumerate([BEGIN, *LINES, END], 1)], end


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_found_as_it_is_shown_by(form: str) -> None:
    lines, end = shown(form)
    more = FORMS[form](len(lines) + 1, "The service reads it at its start.")
    whole = end.join(["It holds this:", *lines, more, "and was made in May."])
    assert not kept(masked(whole)) and "made in May" in masked(whole) and "It holds this" in masked(whole)
    assert "reads it at its start" in masked(whole)
    assert not none_in(whole)


@pytest.mark.parametrize("form", FORMS)
def test_nor_does_it_need_its_beginning_or_its_end(form: str) -> None:
    lines, end = shown(form)
    assert not kept(masked(end.join(lines[:-1])))
    assert not kept(masked(end.join(lines[5:])))


@pytest.mark.parametrize("form", FORMS)
def test_nor_is_a_part_kept_where_it_is_cut(form: str) -> None:
    lines, end = shown(form)
    whole = end.join(lines)
    for cut in range(0, 200, 7):
        said = tail("x\n" * 3000 + whole[: -300 - cut], 2000, find, 500)
        assert not kept(said + head(whole[100 + cut :] + "\nend " * 2000, 600, find)), cut


def test_the_control_is_a_certificate_which_everybody_may_read() -> None:
    for form in FORMS:
        lines, end = shown(form)
        said = end.join(lines).replace(" PRIVATE", "").replace("RSA KEY", "CERTIFICATE")
        assert len(kept(masked(said))) == len(LINES), form


def test_what_only_follows_the_beginning_of_a_key_stays() -> None:
    page = [
        "12→-----BEGIN PRIVATE" + " KEY-----", "13→is the first line of such a file.", "14→It is read by parse_key().",
        "15→The digest of its last version is", "16→" + "ab12" * 10, "17→and nothing else.",
    ]  # fmt: skip
    assert masked("\n".join(page)) == "\n".join(page)


def test_what_puttys_keys_show_with_numbers() -> None:
    lines = ["Private-Lines: 4", *(line for line in LINES[:4]), "Private-MAC: 00"]
    said = "\n".join(f"{number:6}→{line}" for number, line in enumerate(lines, 9))
    assert not kept(masked(said)) and "Private-MAC" in masked(said)


@pytest.mark.parametrize(
    "made",
    [
        lambda n: "".join(f"{i}: {BEGIN}\n" for i in range(n)),
        lambda n: "".join(f"x:{i}: {END}\n" for i in range(n)),
        lambda n: "------" * n + BEGIN + "\n-----A" * n,
        lambda n: f"9:{BEGIN}\n" + "".join(f"{i}:AA\n" for i in range(5 * n)),
        lambda n: "".join(f"{i}:AA\n" for i in range(n * 5)) + f"9:{END}\n" * n,
        lambda n: (" " * 190 + BEGIN + "\n") * n,
        lambda n: ("1 1 1 1 1 1 " * 15 + BEGIN + "\n" + "1 1 1 1 1 1 " * 15 + "\n") * n,
    ],
)
def test_lines_that_go_on_for_ever_are_read_in_linear_time(made: Callable[[int], str]) -> None:
    seconds = []
    for size in (400, 1600):
        times = []
        for _ in range(3):
            began = time.perf_counter()
            find(made(size))
            times.append(time.perf_counter() - began)
        seconds.append(min(times))
    assert seconds[1] < LINEAR * seconds[0] + 0.02
