"""Every way in asks admission: no module writes a wording without asking whether its value was rejected or erased."""

import ast
from collections.abc import Iterator

import pytest

from tests.tidy.house import Module, modules, snippet

EMITTING = frozenset({"emit", "_emit", "say"})  # what writes an event
WORDINGS = frozenset({"assert", "revise"})  # events that bring a wording
ASKING = frozenset({"check", "turned_away", "held_back", "refused_wording"})  # of knowledge.admission
# Below knowledge, where admission cannot be asked, the values themselves are: by `transaction.rejected`.
OF_THE_STORE = {"oldhand.store.carrying", "oldhand.store.preference"}
EXEMPT = {"oldhand.store.revival"}  # says again what lost events had said here: nothing comes in


def emits_wordings(module: Module) -> bool:
    """Whether a module writes wordings: a call of EMITTING with `assert` or `revise` as a literal first argument."""
    return any(_literals(call) & WORDINGS for call in _calls(module) if _name(call) in EMITTING and call.args)


def asks(module: Module) -> bool:
    """Whether a module asks admission, or, in the store, the transaction."""
    said = {_name(call) for call in _calls(module) if _owner(call) == "admission"}
    if module.name in OF_THE_STORE:
        return "rejected" in {_name(call) for call in _calls(module)}
    return bool(said & ASKING)


def unasking(every: tuple[Module, ...]) -> list[str]:
    """The modules that write wordings and ask nobody."""
    return [m.name for m in every if m.name not in EXEMPT and emits_wordings(m) and not asks(m)]


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _owner(call: ast.Call) -> str:
    return getattr(call.func.value, "id", "") if isinstance(call.func, ast.Attribute) else ""


def _literals(call: ast.Call) -> set[str]:
    """The texts that the first argument may be: of a condition, both."""
    first = call.args[0]
    parts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_every_module_that_writes_wordings_asks_admission() -> None:
    assert not unasking(modules())
    assert {"oldhand.knowledge.assertion", "oldhand.knowledge.learning"} <= {
        module.name for module in modules() if emits_wordings(module)
    }


def test_nothing_above_knowledge_writes_wordings() -> None:
    above = ("oldhand.operations", "oldhand.surfaces", "oldhand.memory")
    assert not [module.name for module in modules() if module.name.startswith(above) and emits_wordings(module)]


@pytest.mark.parametrize(
    "text",
    [
        'transaction.emit("assert", memory, actor, origin, fields, revision)',
        'self._emit("revise" if there else "assert", memory, fields)',
        'speaker.say("revise", memory, fields, revision)\ncheck(said)',
    ],
)
def test_a_module_that_asks_nobody_is_seen(text: str) -> None:
    assert unasking((snippet(text, "oldhand.knowledge.example"),)) == ["oldhand.knowledge.example"]


@pytest.mark.parametrize(
    "text",
    [
        'admission.check(transaction, said, memory)\ntransaction.emit("assert", memory, actor, origin, fields)',
        'transaction.emit("confirm", memory, actor, origin, fields)', 'print("assert")',
    ],
)  # fmt: skip
def test_no_cry_is_raised_at_a_module_that_asks_or_writes_none(text: str) -> None:
    assert not unasking((snippet(text, "oldhand.knowledge.example"),))
