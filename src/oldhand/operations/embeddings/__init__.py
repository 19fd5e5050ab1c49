"""Operations of the group `embeddings`."""

from typing import TYPE_CHECKING

from oldhand.memory import Memory
from oldhand.model.address import KEY_VARIABLE

if TYPE_CHECKING:
    from oldhand.recall.dense.encoder import Encoder


def encoder_of(memory: Memory) -> "Encoder":
    """The encoder that the settings ask for. Raises what `encoder_for` raises."""
    from oldhand.recall.dense.choosing import encoder_for

    return encoder_for(memory.setting, memory.home, memory.environment.get(KEY_VARIABLE, ""))


def model_in_use(memory: Memory) -> str:
    """The name of the vectors that the settings ask for, without loading anything; empty when there are none."""
    provider = memory.setting("embeddings.provider")
    if provider == "off":
        return ""
    if provider == "local":
        from oldhand.recall.dense.installing import installed

        return installed(memory.home).encoder
    from oldhand.recall.dense.endpoint import Place

    return Place(*(memory.setting(f"embeddings.{name}") for name in Place._fields)).name
