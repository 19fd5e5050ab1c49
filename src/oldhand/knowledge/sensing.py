"""Sensing: whether recall may compare meanings, and keeping the vectors it needs up with the memory."""

from typing import TYPE_CHECKING

from oldhand.errors import OldhandError
from oldhand.model.address import KEY_VARIABLE

if TYPE_CHECKING:
    from oldhand.knowledge.recalling import Asked, InForce
    from oldhand.memory import Memory
    from oldhand.recall.deeper import Sense
    from oldhand.recall.dense.encoder import Encoder
    from oldhand.recall.dense.meaning import Meaning
    from oldhand.store.store import Store

WEAK = "weak"  # the setting recall.deep: system 2 is asked by itself when system 1 is weak
BEFORE_ANSWER = 32  # wordings that get their vectors before a deep answer: a tenth of a second or two
AFTER_ANSWER = 16  # and after an answer that compared meanings, while the model is loaded: 50 ms


def sense_of(memory: "Memory", store: "Store", asked: "Asked", settings: "InForce") -> "Sense | None":
    """What gives the meanings of a store when they are asked for; None where they are not wanted.

    Without a model on this machine or an endpoint, only someone who asks to look deeper is told.
    """
    provider = memory.setting("embeddings.provider")
    wanted = asked.deep or (settings.deep == WEAK and provider != "off")
    if not wanted or not (asked.deep or provider != "local" or any((memory.home / "models").glob("*/"))):
        return None

    def sense() -> "Meaning":
        from oldhand.recall.dense.meaning import Meaning

        return Meaning(encoder_of(memory), store.vectors)

    return sense


def encoder_of(memory: "Memory") -> "Encoder":
    """The encoder that the settings ask for. Raises what `choosing.encoder_for` raises."""
    from oldhand.recall.dense.choosing import encoder_for

    return encoder_for(memory.setting, memory.home, memory.environment.get(KEY_VARIABLE, ""))


def keep_up(memory: "Memory", asked: "Asked", most: int) -> None:
    """Give a few of the wordings that wait their vectors, so that what was just remembered is found by meaning.

    Only where the model is on this machine: through an endpoint, texts are sent by `embeddings reindex`
    alone, and a person who asks does not wait for them.
    """
    if asked.as_of or asked.project or memory.setting("embeddings.provider") != "local":
        return
    from oldhand.recall.dense.embedding import catch_up

    try:
        encoder = encoder_of(memory)
        stores = [memory.store()] if asked.scope != "global" else []
        stores += [memory.store("global")] if asked.scope != "project" and memory.has_global() else []
        for store in stores:
            if store.writable:
                catch_up(store, store.vectors, encoder, limit=most, caching=False)
    except OldhandError:
        return  # the answer itself meets the same hindrance and tells it
