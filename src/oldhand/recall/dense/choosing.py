"""Which encoder the settings ask for, and what to say where there is none."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from oldhand.errors import EncoderFailed, SwitchedOff

if TYPE_CHECKING:
    from oldhand.recall.dense.encoder import Encoder
    from oldhand.recall.dense.endpoint import Endpoint, Place

Setting = Callable[[str], Any]  # the value in force of a setting, by its name
LEXICAL = "recall is lexical"  # what is true wherever there is no encoder


class Presence(NamedTuple):
    """Whether recall by meaning is possible, found out without loading anything or asking anybody.

    state: ready (a model on this machine), endpoint (texts are sent to one), failing (its endpoint
    failed last time or cannot be asked), absent (no model is installed, or nothing here can run it),
    damaged (its files are not the right ones) or off; detail and next_step in words, the latter empty
    when there is nothing to do.
    """

    state: Literal["ready", "endpoint", "failing", "absent", "damaged", "off"]
    detail: str
    next_step: str

    @property
    def said(self) -> str:
        """One sentence, for a status line or beside an answer that was made without vectors."""
        return f"{self.detail}; {self.next_step}" if self.next_step else self.detail


def encoder_for(setting: Setting, home: Path, key: str) -> "Encoder":
    """The encoder that the settings ask for, loaded once in a process. Nothing is sent before `encode`.

    setting: gives the values in force (`Memory.setting`); home: the person's folder; key: what the
    environment says in KEY_VARIABLE (empty: nothing). Raises SwitchedOff, MissingModel, MissingExtra,
    DamagedModel, or EncoderFailed where an endpoint cannot be asked as it is set.
    """
    provider = setting("embeddings.provider")
    if provider == "off":
        raise SwitchedOff
    if provider == "local":
        from oldhand.recall.dense.installing import local_encoder

        return local_encoder(home)
    return _endpoint(_place(setting), home, key.strip())


def presence(setting: Setting, home: Path, key: str) -> Presence:
    """Whether recall by meaning is possible by the settings; the arguments are those of `encoder_for`."""
    provider = setting("embeddings.provider")
    if provider == "off":
        step = "`oldhand config set embeddings.provider local` switches it on"
        return Presence("off", f"{LEXICAL}: recall by meaning is switched off", step)
    if provider == "local":
        return _local_presence(home)
    return _endpoint_presence(_place(setting), home, key.strip())


def destination(setting: Setting) -> str:
    """Where texts are sent by the settings, as host, port and path; empty when they stay on this machine."""
    return "" if setting("embeddings.provider") in ("local", "off") else _place(setting).address.shown


# -- the model on this machine -------------------------------------------------------------------------


def _local_presence(home: Path) -> Presence:
    from oldhand.recall.dense.installing import installed
    from oldhand.recall.dense.model_folder import MISSING, OK

    status = installed(home)
    why, _, step = status.note.rpartition("; ")
    if status.encoder:
        tail = f"; {why}" if why else ""
        return Presence("ready", f"{status.model} runs on this machine ({status.runtime}){tail}", step)
    if status.state in (MISSING, OK):
        if not why:
            return Presence("absent", LEXICAL, "`oldhand model install` adds meaning (83 MB, offline afterwards)")
        return Presence("absent", f"{LEXICAL}: {why}", step)
    return Presence("damaged", f"{LEXICAL}: of {status.model}, {why}", step)


# -- endpoints -----------------------------------------------------------------------------------------

_asked: "dict[tuple[object, ...], Endpoint]" = {}  # the endpoint of this process by what it was made from
_making = threading.Lock()


def _place(setting: Setting) -> "Place":
    from oldhand.recall.dense.endpoint import Place

    return Place(*(setting(f"embeddings.{name}") for name in Place._fields))


def _endpoint(place: "Place", home: Path, key: str) -> "Endpoint":
    """The encoder of an endpoint; kept, because it knows how long its vectors are and how it failed."""
    from oldhand.recall.dense.endpoint import Endpoint, lacking

    if said := lacking(place, key):
        raise EncoderFailed(said)
    made_from = (place, home, key)
    with _making:
        if made_from not in _asked:
            _asked.clear()  # a person has one endpoint; another one means that the settings changed
            _asked[made_from] = Endpoint(place, key, home)
        return _asked[made_from]


def _endpoint_presence(place: "Place", home: Path, key: str) -> Presence:
    from importlib.util import find_spec

    from oldhand.recall.dense.backoff import BackOff
    from oldhand.recall.dense.endpoint import EXTRA, lacking, times

    if find_spec("numpy") is None:
        return Presence("absent", f"{LEXICAL}: nothing here can compare vectors", f"`pip install '{EXTRA}'`")
    if said := lacking(place, key):
        why, _, step = said.partition("; ")
        return Presence("failing", f"{place.shown} is not asked: {why}", step)
    back_off = BackOff(home, place.name, key)
    if failing := back_off.failing():
        seconds = back_off.seconds(failing)
        step = f"it is asked again in {seconds} s" if seconds else "it is asked again at the next use"
        return Presence("failing", f"{place.shown} failed {times(failing.failures)}: {failing.last}", step)
    return Presence("endpoint", f"texts are sent to {place.shown}", "")
