"""Exports of a store that was repaired: what is lost stays known as lost, and the rest comes back byte for byte."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import call
from tests.exchange.exports import STRATEGIES, Export, export, made, spoiled, state, take

DAMAGE = {
    "an event": "DELETE FROM journal WHERE position=3",
    "a wording": "UPDATE objects SET body=CAST('{}' AS BLOB) WHERE address=(SELECT min(address) FROM objects)",
    "a root": "UPDATE roots SET root=zeroblob(32) WHERE number=3",
}


@pytest.mark.parametrize("statement", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_repaired_store_is_exported_and_comes_back_with_its_losses(
    tmp_path: Path, shelf: Callable[[str], Memory], statement: str
) -> None:
    hurt: Any = made(tmp_path, "hurt")
    for number in range(6):
        call(hurt, "remember", {"text": f"Statement {number}", "key": f"slot/{number % 3}"})
    hurt.close()
    broken = apsw.Connection(str(hurt.project.store / "memory.db"))
    broken.execute(statement).fetchall()
    broken.close()
    with pytest.raises(OldhandError):
        call(shelf("never"), "import", {"file": call(hurt, "export", {"file": "spoiled.jsonl"}).path})
    hurt.close()
    call(Memory(hurt.project.root, hurt.home, trust="user"), "repair", {})
    mended = Memory(hurt.project.root, hurt.home, trust="user")
    text = export(mended)
    assert Export(text).header["losses"] == len(Export(text).of("loss")) > 0
    copy = shelf("copy")
    assert take(copy, tmp_path, text).restored and export(copy) == text
    for strategy in STRATEGIES:
        other = shelf(strategy)
        call(other, "remember", {"text": "Something of its own"})
        assert take(other, tmp_path, text, strategy=strategy).new == 3
        assert take(other, tmp_path, text, strategy=strategy).events == 0
    mended.close()


def test_a_gap_that_no_loss_explains_is_refused(full: Memory, shelf: Any, tmp_path: Path) -> None:
    def gap(made: Export) -> None:
        made.rest.remove(made.of("event")[2])

    copy = shelf("copy")
    with pytest.raises(OldhandError, match="missing"):
        take(copy, tmp_path, spoiled(export(full), gap))
    assert state(copy) == {}
