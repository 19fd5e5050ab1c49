"""Passwords that a command is given on its line: `sshpass -p …`, `mysql -p…`, `redis-cli -a …` and their kin.

An option such as -p means something else for most commands, so a value counts only behind a command that is known to
take its password there. Every pattern is anchored at a literal that was searched for, has bounded parts, and ends
where the command ends.
"""

from collections.abc import Iterator
from typing import NamedTuple

from oldhand.model.lazy_pattern import LazyPattern
from oldhand.model.secret_words import Told, password_given

_BEGINS = frozenset(" \t\n\r\"'`($/;|&=:>[,{*")  # what may stand before the name of a command
# The command goes on, over ends of lines that are escaped, to the space or the quote before an option.
_ON = r"(?:[^\n|;&\\]|\\[\s\S]){0,300}?(?:[ \t\"',]|\\[\"'n\n])"
_GIVEN = (
    r"(?P<quote>\\{0,2}[\"']|)(?P<value>(?<=\")(?:[^\"\n\\]|\\(?!\")){1,200}|(?<=')(?:[^'\n\\]|\\(?!')){1,200}"
    r"|(?:[^\s\"'`,;|&<>()\[\]\\]|\\(?![\"'n\n])){1,200})"
)
_APART = rf"(?:[ \t=]{{1,3}}|[\"'],[ \t]{{0,2}}(?=[\"'])|){_GIVEN}"  # `-p X`, `-pX`, or items of a list


class _Command(NamedTuple):
    """A command that takes a password. literal: in lower case, what is searched for; rest: what follows it."""

    literal: str
    rest: LazyPattern


_COMMANDS = (
    _Command("sshpass", LazyPattern(rf"{_ON}-p{_APART}")),
    # With a space behind -p these ask for the password, and what follows is the name of a database.
    _Command("mysql", LazyPattern(rf"[a-z]{{0,10}}[\"']?{_ON}-p{_GIVEN}")),
    _Command("mariadb", LazyPattern(rf"[a-z\-]{{0,10}}[\"']?{_ON}-p{_GIVEN}")),
    _Command("redis-cli", LazyPattern(rf"{_ON}(?:-a|--pass)(?=[ \t=\"']){_APART}")),
    _Command("valkey-cli", LazyPattern(rf"{_ON}(?:-a|--pass)(?=[ \t=\"']){_APART}")),
    *(
        _Command(name, LazyPattern(rf"(?:[ \t]registry)?[ \t]login(?=[ \t]){_ON}-p(?![a-z]{{2}}){_APART}"))
        for name in ("docker", "podman", "buildah", "skopeo", "nerdctl", "helm", "oc", "az")
    ),
    _Command("mongo", LazyPattern(rf"(?:sh|dump|restore|export|import|stat|top|files)?[\"']?{_ON}-p{_APART}")),
    _Command("cqlsh", LazyPattern(rf"{_ON}-p{_APART}")),
    _Command("ldap", LazyPattern(rf"(?:search|add|modify|delete|whoami|compare|passwd|modrdn){_ON}-w{_APART}")),
    _Command("sqlcmd", LazyPattern(rf"{_ON}-P{_APART}")),
    _Command("zip", LazyPattern(rf"{_ON}-P{_APART}")),
    _Command("unzip", LazyPattern(rf"{_ON}-P{_APART}")),
    _Command("7z", LazyPattern(rf"[arz]?{_ON}-p{_GIVEN}")),
    _Command("smbclient", LazyPattern(rf"{_ON}-U[ \t=]?[\"']?[^\s%\"']{{1,60}}%{_GIVEN}")),
    _Command("openssl", LazyPattern(rf"{_ON}-pass(?:in|out)?[ \t]{{1,3}}[\"']?pass:{_GIVEN}")),
    _Command("http", LazyPattern(rf"s?{_ON}(?:-a|--auth)[ \t=]{{1,3}}[\"']?[^\s:\"']{{1,60}}:{_GIVEN}")),
    _Command(
        "htpasswd",
        LazyPattern(rf"[ \t]-[a-zA-Z]{{0,6}}b[a-zA-Z]{{0,6}}(?:[ \t]{{1,3}}[^\s\-]\S{{0,100}}){{1,2}}[ \t]{_GIVEN}"),
    ),
    _Command("freerdp", LazyPattern(rf"{_ON}/p:{_GIVEN}")),
    _Command("rediscli_auth=", LazyPattern(_GIVEN)),
)  # fmt: skip


def told(text: str, low: str) -> Iterator[Told]:
    """The passwords that commands in a text are given. low: the text in lower case, of its length."""
    if "-" not in text and "/p:" not in text and "rediscli_auth=" not in low:
        return
    for literal, rest in _COMMANDS:
        place = low.find(literal)
        while place >= 0:
            end = place + len(literal)
            if place == 0 or text[place - 1] in _BEGINS or literal == "freerdp":
                match = rest.match(text, end)
                if match and password_given(match["value"], match["quote"]):
                    yield "password", *match.span("value")
                    end = match.end()
            place = low.find(literal, end)
