"""How engrams are told: a line in a listing, and all of one."""

from typing import TYPE_CHECKING, Any, NamedTuple

from oldhand.model.moment import iso
from oldhand.model.prices import Price, price_of, prices
from oldhand.sessions.engram import Tokens
from oldhand.sessions.engram_keeping import counts_of, fields_of, read_tokens

if TYPE_CHECKING:
    from oldhand.store.reader import Held

MILLION = 1_000_000


class EngramLine(NamedTuple):
    """An engram in a listing. at: when its commit was made; files, added, deleted: of the commit; tokens: of every
    kind; minutes: of work, without long pauses."""

    name: str
    at: str
    host: str
    model: str
    session: str
    commit: str
    branch: str
    title: str
    files: int
    added: int
    deleted: int
    tokens: int
    minutes: int


class Cost(NamedTuple):
    """What tokens of one model cost, by the person's own prices; amount: empty where none is set for it."""

    model: str
    agent: str
    input: int
    output: int
    cache_read: int
    cache_written: int
    reasoning: int
    recorded: bool
    amount: str


def number(said: Any) -> int:
    """A number that an engram keeps as text; 0 for what is none."""
    return int(said) if isinstance(said, str) and said.isdecimal() and len(said) < 16 else 0


def line_of(held: "Held") -> EngramLine:
    """An engram as a listing tells it."""
    fields = fields_of(held)
    counts = [counts_of(text) for text in fields["files"]]
    tokens = sum(sum(one[2:6]) for one in read_tokens(fields["tokens"]))
    return EngramLine(
        fields["name"], iso(number(fields["at"])) if number(fields["at"]) else "", fields["host"], fields["model"],
        fields["session"], fields["commit"], fields["branch"], fields["title"], len(counts), sum(a for a, _ in counts),
        sum(d for _, d in counts), tokens, round(number(fields["active"]) / 60_000),
    )  # fmt: skip


def costs(held: "Held", said: str) -> list[Cost]:
    """The tokens of an engram by model and subagent, with what they cost. said: the setting engrams.prices."""
    known = prices(said)
    return [Cost(*one, _amount(one, price_of(one.model, known))) for one in read_tokens(fields_of(held)["tokens"])]


def _amount(one: Tokens, price: Price | None) -> str:
    if price is None:
        return ""
    total = (
        one.input * price.input + one.output * price.output + one.cache_read * price.cache_read
        + one.cache_written * price.cache_written
    )  # fmt: skip
    return f"{total / MILLION:.4f}"
