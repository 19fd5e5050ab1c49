"""A decision as a decision record in MADR 4, and back without loss.

People read the sections; what has no section of its own is one line of JSON in the front matter. A digest there says
whether anybody changed the file since it was written. Where the sections cannot give a text back as it was (invisible
characters, white space at its ends), the text itself stands in the front matter, too, and counts while the file is
unchanged.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from oldhand.model.visible import escaped, in_json, line

ID, DIGEST, FIELDS, EXACT = "oldhand-id", "oldhand-digest", "oldhand-fields", "oldhand-exact"
DIGEST_DIGITS = 32  # of SHA-256: enough to know an unchanged file, and short enough to be looked at
LARGEST = 4 << 20  # bytes of a record: one text of the largest size with its escapes
LONGEST_NAME = 200  # characters of an option or a title in a heading; the whole of a longer one is in EXACT
CHOSEN, GOOD, BAD = "Chosen option:", "Good, because ", "Bad, because "
# What would be taken for structure at the start of a line gets a backslash, and one that has some gets one more.
_STRUCTURE = re.compile(r"(\\*)(#|```|~~~|---|Chosen option:|\* |  )")
_PROSE = ("text", "title", "reason", "alternatives", "arguments", "assumptions", "predicted", "criteria")
_CONTEXT, _OPTIONS, _OUTCOME = "Context and Problem Statement", "Considered Options", "Decision Outcome"
_REASON, _CONSEQUENCES, _CONFIRMATION = "Reason", "Consequences", "Confirmation"
_WEIGHED, _MORE = "Pros and Cons of the Options", "More Information"
_ASSUMED, _EXPECTED = "It is taken for granted:", "Expected:"


class Own(NamedTuple):
    """A record that this program wrote.

    id: of the memory it was written from; fields: of its kind; about: what is said about the memory (key, domain, tags,
    anchors, at, supersedes: ids); changed: whether somebody changed the file since.
    """

    id: str
    fields: dict[str, Any]
    about: dict[str, Any]
    changed: bool


# -- writing ------------------------------------------------------------------------------------------


def written(
    memory: str, fields: Mapping[str, Any], about: Mapping[str, Any], *, status: str, day: str,
    deciders: Sequence[str] = (), more: Iterable[str] = (),
) -> str:  # fmt: skip
    """The text of a record. more: lines of what is known beside, told for readers and not read back."""
    kept = {name: value for name, value in fields.items() if value}
    body = "\n".join(_body(kept, list(more)))
    beside = {name: value for name, value in kept.items() if name not in _PROSE}
    beside |= {"title": kept.get("title", "")}
    said = _read_body(body.split("\n"), beside)
    exact = {name: kept.get(name, _empty(name)) for name in _PROSE if said.get(name) != kept.get(name, _empty(name))}
    head = [f"status: {_scalar(status)}", f"date: {day}"]
    head += [f"decision-makers: {_json(list(deciders))}"] if deciders else []
    head += [f"{ID}: {memory}", f"{FIELDS}: {_json({'fields': beside, 'about': dict(about)})}"]
    head += [f"{EXACT}: {_json(exact)}"] if exact else []
    return _assembled([*head, f"{DIGEST}: {_digest(head, body)}"], body)


def _assembled(head: Sequence[str], body: str) -> str:
    return "\n".join(("---", *head, "---", "", body, ""))


def _digest(head: Sequence[str], body: str) -> str:
    """What the file says but for this digest, whatever its line ends."""
    return sha256("\n".join((*head, "", body.rstrip("\n"))).encode("utf-8", "replace")).hexdigest()[:DIGEST_DIGITS]


def _json(value: Any) -> str:
    """JSON on one line, which YAML reads too; nothing in it is invisible."""
    return in_json(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _scalar(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][\w -]*", text) else _json(text)


def _name(fields: Mapping[str, Any]) -> str:
    """What the decision is called in headings: its title, or the first line of its text."""
    said = str(fields.get("title") or next(iter(str(fields.get("text", "")).strip().split("\n")), ""))
    shown = line(said)
    return (shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…") or "Decision"


def _body(fields: Mapping[str, Any], more: Sequence[str]) -> Iterator[str]:
    name, alternatives = _name(fields), [line(one) for one in fields.get("alternatives", ())]
    yield f"# {name}"
    if fields.get("assumptions"):
        yield from ("", f"## {_CONTEXT}", "", _ASSUMED, "")
        yield from _items(fields["assumptions"])
    if alternatives:
        yield from ("", f"## {_OPTIONS}", "")
        yield from _items([name, *fields["alternatives"]])
    yield from ("", f"## {_OUTCOME}", "")
    reason = str(fields.get("reason", ""))
    short = reason if reason and "\n" not in reason else ""
    yield f'{CHOSEN} "{name}"' + (f", because {escaped(short)}" if short else ".")
    if fields.get("text", "") != name:
        yield from ("", *_lines(str(fields.get("text", ""))))
    if reason and not short:
        yield from ("", f"### {_REASON}", "", *_lines(reason))
    if fields.get("predicted"):
        yield from ("", f"### {_CONSEQUENCES}", "", _EXPECTED, "", *_lines(fields["predicted"]))
    if fields.get("criteria"):
        yield from ("", f"### {_CONFIRMATION}", "", *_items(fields["criteria"]))
    yield from _weighed([name, *alternatives], fields.get("arguments", ()))
    if more:
        yield from ("", f"## {_MORE}", "", *(f"* {line(one)}" for one in more))


def _weighed(options: Sequence[str], arguments: Sequence[str]) -> Iterator[str]:
    """The reasons for and against each option that has some."""
    by_option: dict[int, list[str]] = {}
    for said in arguments:
        found = re.match(r"([+-])([0-9]{1,3}) ", said)
        if found:
            lead = GOOD if found[1] == "+" else BAD
            by_option.setdefault(int(found[2]), []).append(lead + said[found.end() :])
    if by_option:
        yield from ("", f"## {_WEIGHED}")
    for number in sorted(by_option):
        named = options[number] if number < len(options) else f"option {number}"
        yield from ("", f"### {named}", "", *_items(by_option[number]))


def _items(texts: Iterable[str]) -> Iterator[str]:
    """A list, further lines of an item indented below it."""
    for text in texts:
        first, *rest = escaped(text, "\n\t").split("\n")
        yield f"* {first}"
        yield from (f"  {one}" if one else "" for one in rest)


def _lines(text: str) -> list[str]:
    """A text of any lines, none of which is taken for structure."""
    return [_guarded(one) for one in escaped(text, "\n\t").split("\n")]


def _guarded(said: str) -> str:
    return "\\" + said if _STRUCTURE.match(said) else said


def _unguarded(said: str) -> str:
    found = _STRUCTURE.match(said)
    return said[1:] if found and found[1] else said


# -- reading ------------------------------------------------------------------------------------------


def read(text: str) -> Own | None:
    """A record that this program wrote, with what people made of it since; None for any other text. Never fails."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((n for n, said in enumerate(lines[1:60], 1) if said == "---"), 0) if lines[0] == "---" else 0
    head = lines[1:end]
    known = dict(said.partition(": ")[::2] for said in head)
    memory = known.get(ID, "")
    if not end or not re.fullmatch(r"[0-9a-f]{32}", memory) or FIELDS not in known:
        return None
    body = lines[end + 2 :] if lines[end + 1 : end + 2] == [""] else lines[end + 1 :]
    beside, exact = _object(known[FIELDS]), _object(known.get(EXACT, "{}"))
    if not isinstance(beside.get("fields"), dict):
        return None
    own = [said for said in head if not said.startswith(f"{DIGEST}: ")]
    changed = _digest(own, "\n".join(body)) != known.get(DIGEST)
    fields = _texts(beside.get("fields"))
    if changed and not fields.get("title"):
        fields.pop("title", None)
    said = _read_body(_trimmed(body), fields)
    if not changed:
        said |= _texts(exact)
    about = beside.get("about")
    merged = {**fields, **{name: value for name, value in said.items() if value}}
    return Own(memory, {name: value for name, value in merged.items() if value}, _plain(about), changed)


def _read_body(lines: Sequence[str], beside: Mapping[str, Any]) -> dict[str, Any]:
    """The prose fields that sections give. beside: what the front matter says; whether there was a title matters."""
    sections = _sections(lines)
    heading = next((said[2:] for said in lines if said.startswith("# ")), "")
    outcome = _trimmed(sections.get((_OUTCOME, ""), []))
    first = outcome[0] if outcome else ""
    reason, rest = "", outcome
    if first.startswith(CHOSEN):
        reason, rest = _because(first), _trimmed(outcome[1:])
    longer = _trimmed(sections.get((_OUTCOME, _REASON), []))
    options = _read_items(sections.get((_OPTIONS, ""), []))
    names = [heading, *map(line, options[1:])]
    return {
        "text": _text(rest) or heading, "title": heading if beside.get("title") else "",
        "reason": _text(longer) or reason, "alternatives": options[1:],
        "arguments": _read_arguments(sections, names),
        "assumptions": _read_items(sections.get((_CONTEXT, ""), [])),
        "predicted": _text(_after(sections.get((_OUTCOME, _CONSEQUENCES), []), _EXPECTED)),
        "criteria": _read_items(sections.get((_OUTCOME, _CONFIRMATION), [])),
    }  # fmt: skip


def _sections(lines: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    """The lines below each heading, by (second level, third level)."""
    found: dict[tuple[str, str], list[str]] = {}
    place = ("", "")
    for said in lines:
        if said.startswith("## "):
            place = (said[3:], "")
        elif said.startswith("### "):
            place = (place[0], said[4:])
        elif not said.startswith("# "):
            found.setdefault(place, []).append(said)
    return found


def _because(said: str) -> str:
    """The reason behind what was chosen, on its line."""
    _, found, reason = said.partition('", because ')
    return reason if found else ""


def _read_arguments(sections: Mapping[tuple[str, str], list[str]], names: Sequence[str]) -> list[str]:
    found = []
    for (section, option), lines in sections.items():
        if section != _WEIGHED:
            continue
        numbered = re.fullmatch(r"option ([0-9]{1,3})", option)
        number = names.index(option) if option in names else int(numbered[1]) if numbered else -1
        for text in _read_items(lines) if number >= 0 else ():
            if text.startswith(GOOD):
                found.append(f"+{number} {text[len(GOOD) :]}")
            elif text.startswith(BAD):
                found.append(f"-{number} {text[len(BAD) :]}")
    return found


def _read_items(lines: Sequence[str]) -> list[str]:
    items: list[list[str]] = []
    for said in lines:
        if said.startswith("* "):
            items.append([said[2:]])
        elif items:
            items[-1].append(said[2:] if said.startswith("  ") else said)
    return [_joined(one) for one in items]


def _joined(lines: list[str]) -> str:
    return "\n".join(_ended(lines))


def _text(lines: Sequence[str]) -> str:
    return "\n".join(map(_unguarded, _trimmed(lines)))


def _after(lines: Sequence[str], lead: str) -> list[str]:
    trimmed = _trimmed(lines)
    return trimmed[1:] if trimmed[:1] == [lead] else trimmed


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Lines without the empty ones at both ends."""
    found = _ended(lines)
    start = next((number for number, said in enumerate(found) if said.strip()), len(found))
    return found[start:]


def _ended(lines: Sequence[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return list(lines[:end])


def _empty(name: str) -> Any:
    return [] if name in ("alternatives", "arguments", "assumptions", "criteria") else ""


def _object(said: str) -> dict[str, Any]:
    try:
        value = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> dict[str, Any]:
    """The texts and lists of texts of an object; what is anything else is left out."""
    if not isinstance(value, dict):
        return {}
    return {
        str(name): one for name, one in value.items()
        if isinstance(one, str) or (isinstance(one, list) and all(isinstance(item, str) for item in one))
    }  # fmt: skip


def _plain(value: object) -> dict[str, Any]:
    """The texts, whole numbers and lists of texts of an object."""
    found = _texts(value)
    if isinstance(value, dict):
        found |= {str(n): v for n, v in value.items() if isinstance(v, int) and not isinstance(v, bool)}
    return found
