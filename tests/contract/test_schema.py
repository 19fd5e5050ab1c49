"""The schemas of operations: they are schemas, they accept what operations give, and refuse what they never give."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from oldhand.errors import OldhandError
from oldhand.memory import Memory
from oldhand.operation import REQUIRED, Operation, Parameter, call, checked, coerced, every, find, places, plain
from oldhand.schema import DIALECT, input_schema, reply_schema
from tests.conftest import Project
from tests.contract.examples import RUNS
from tests.sessions.made import prompted, ran, spooled

NAMES = list(places())
# What an operation is tried with, by the name of the parameter; ids are put in when the memories are there.
SAMPLES: dict[str, Any] = {
    "cue": "payments", "words": "payments", "place": "README.md", "since": "2020-01-01", "relation": "depends_on",
    "value": "7", "task": "payments in README.md",
}  # fmt: skip
# Where the name of the parameter does not tell what is meant, and for operations that need nothing but do more with it.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "install": {"client": "claude", "scope": "project"},
    "uninstall": {"client": "claude", "scope": "project"},
    "revise": {"text": "Payments are never retried, whatever happens."},
    "export": {"yes": True},
    "graph_attach": {"target": "embedded", "dry_run": True},
    "graph_import": {"yes": True},
    "graph_sync": {"dry_run": True},
    "graph_query": {"query": "MATCH (n) RETURN n LIMIT 1", "dry_run": True},
    "forget": {"yes": True},
    "config_set": {"name": "recall.limit", "value": "7"},
    "config_reset": {"name": "recall.limit"},
    "remember": {"text": "Payments go through one gateway.", "key": "gateway", "anchors": ["README.md"]},
    "projects_switch": {"name": "project"},
    "unlink": {},
    "show": {"history": True},
    "recall": {"explain": True, "loose": True},
    "replay": {"now": True},
    "embeddings_reindex": {"dry_run": True},
    "router_test": {"text": "Should we use Redis or Memcached for sessions?"},
    "safety_check": {"about": "We have already invested six months, so we keep it."},
    "grep": {"pattern": "Payments", "context": 2},
    "impact": {"target": "README.md"},
    "glob": {"pattern": ["*.md"]},
    "write": {"file": "notes.txt", "content": "Payments are watched.\n"},
    "edit": {"file": "README.md", "old": "Payments", "new": "Charges"},
    "look": {"place": "README.md"},
    "acknowledge": {"name": "67524b40b994"},  # the id follows from what is remembered
    "remind": {"text": "Renew the contract.", "when": ["edit:README.md", "2099-01-01"], "every": "week"},
    "gotcha": {"commands": RUNS},
    "convention": {"text": "Amounts are whole cents.", "area": "money"},
    "gap": {"text": "Nobody tests refunds."},
    "ask": {"question": "Who signs the report?"},
    "timeline": {"domain": "context"},
    "soul": {"output": "docs/SOUL.md"},
    "review_edit": {"text": "Payments are never retried, whatever happens."},
    "capture": {"text": "The tests need Redis.", "session": "one", "anchors": ["README.md"]},
    "compress": {"query": "payments gateway webhooks", "dry_run": True},
    "session_show": {"name": "5f1c-session"},
    "session_survey": {"results": True},
    "session_remove": {"name": "5f1c-session", "dry_run": True},
    "arc_start": {"text": "Move the checkout"},
    "arc_step": {"name": "Move the checkout", "text": "The cart is moved."},
    **{name: {"name": "Move the checkout"} for name in ("arc_done", "arc_drop", "arc_show")},
    **{f"chain_{name}": {"name": "payments"} for name in ("cat", "extend", "pop", "show", "stash")},
    "chain_promote": {"name": "payments", "kind": "decision", "text": "Payments go through one gateway."},
    **{name: {"text": "Do we keep the cart in Redis?"} for name in ("decide", "decision_context")},
    "decision_record": {
        "text": "Keep the cart in Redis",
        "confidence": "80%",
        "alternatives": ["Memcached"],
        "assumptions": ["carts are small"],
        "criteria": ["tests pass"],
    },
    "decision_link": {"name": "Keep the cart in Redis", "prs": ["12"]},
    "decision_show": {"name": "Keep the cart in Redis"},
    "decision_resolve": {"name": "Keep the cart in Redis", "outcome": "failed"},
    "outcomes_show": {"name": "Keep the cart in Redis"},
    "decision_supersede": {"name": "Keep the cart in Redis", "text": "Keep the cart in a table"},
    "decision_export": {"to": "docs/adr"},
    "decision_import": {"file": "docs/adr"},
    "negative_record": {"text": "Retry charges with backoff", "conclusion": "customers were charged twice"},
    # The id follows from what is recorded.
    **{f"negative_{name}": {"name": "fa51a0d42160"} for name in ("show", "expire", "reopen", "prevented")},
    "causal_show": {"name": "Keep the cart in Redis"},
    **{f"causal_{name}": {"name": "carts are small", "evidence": ["seen"]} for name in ("validate", "falsify")},
    "calibration_plot": {"output": "curve.svg"},
    "calibration_show": {"cases": True},
    **{f"plan_{name}": {"text": "Move the cart", "steps": ["move it"]} for name in ("record", "validate")},
    **{f"plan_{name}": {"name": "Move the cart"} for name in ("show", "done", "drop")},
}
RECORD = "# Use Redis\n\n## Status\n\nAccepted\n\n## Decision\n\nWe keep carts in Redis, because it is fast.\n"
PREPARED: dict[str, tuple[str, dict[str, Any]]] = {
    "acknowledge": ("remind", {"text": "Renew the contract.", "when": [], "every": ""}),
    "unlink": ("link", {}),
    "restore": ("retire", {}),
    "review_defer": ("dispute", {}),
    "review_undo": ("confirm", {}),
    "replay": ("recall", {"cue": "payments"}),
    "import": ("export", {"file": ""}),
    "graph_import": ("graph_export", {"file": ""}),
    "projects_switch": ("projects_register", {"name": "project"}),
    "store_restore": ("backup", {}),
    "session_resume": ("session_checkpoint", {"text": "The cart is moved.", "session": "5f1c-session"}),
    **{f"arc_{name}": ("arc_start", {}) for name in ("done", "drop", "show", "step")},
    **{
        f"chain_{name}": ("chain_create", {"name": "payments", "names": []})
        for name in ("cat", "extend", "promote", "show")
    },
    "chain_stash": ("remember", {}),
    **{f"decision_{name}": ("decision_record", {}) for name in ("link", "list", "show", "supersede", "export")},
    **{name: ("decision_record", {}) for name in ("decision_resolve", "outcomes_show")},
    "decision_import": ("write", {"file": "docs/adr/0001-redis.md", "content": RECORD}),
    **{f"negative_{name}": ("negative_record", {}) for name in ("list", "show", "expire", "reopen", "prevented")},
    **{
        f"causal_{name}": ("decision_record", {})
        for name in ("show", "assumptions", "validate", "falsify", "calibrate")
    },
    **{f"plan_{name}": ("plan_record", {}) for name in ("show", "done", "drop", "list")},
    "chain_pop": ("chain_stash", {}),
}
NAMED_TOO = frozenset({"chain_extend", "chain_stash"})  # memories need not be named to them, but here they are
# These need a repository with an engram: tests/contract/examples.py has one, and its replies are held to their schemas.
WITH_AN_ENGRAM = frozenset(name for name in NAMES if name.startswith("engram_")) - {"engram_list", "engram_search"}
WITH_A_SKILL = frozenset({"skill_show", "skill_export"})  # likewise


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """A validator of the schema, which has to be one."""
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def keywords(schema: Any) -> set[str]:
    """Every key at any depth, but the names that people chose for fields and definitions."""
    if isinstance(schema, list):
        return set().union(*map(keywords, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    chosen = [set(schema), *(keywords(value) for key, value in schema.items() if key not in ("properties", "$defs"))]
    chosen += [keywords(value) for key in ("properties", "$defs") for value in schema.get(key, {}).values()]
    return set().union(*chosen)


@pytest.fixture
def told(project: Project) -> Callable[[str], Any]:
    """Runs an operation, with samples for whatever it needs, on a project where every kind of reply is full."""
    (project.root / "README.md").write_text("# Payments\n", encoding="utf-8")
    first, second = (
        call(project.memory, "remember", {"text": text, "anchors": ["README.md"], "tags": ["pay"], "key": "pay/retry"})
        for text in ("Payments are retried.", "Payments are never retried.")
    )
    other = call(project.memory, "remember", {"text": "The gateway sends webhooks.", "kind": "gotcha"}).memories[0]
    ours = second.memories[0].id
    named: dict[str, Any] = {"names": [ours], "name": ours, "source": ours, "target": other.id, "by": other.id}
    spooled(project.memory, prompted(1, "We decided to keep carts in Redis."), ran(2, "make", 2, "no rule"))
    named["file"] = str(project.home / "memory.jsonl")
    assert first.memories[0].id

    def run(name: str) -> Any:
        if name == "init":
            with Memory(project.home, project.home) as bare:
                return call(bare, name, {"empty": True})
        if name in PREPARED:
            before, more = PREPARED[name]
            more = {key: value or named.get(key, value) for key, value in more.items()}  # an empty one is put in here
            call(project.memory, before, arguments(before) | more)
        return call(project.memory, name, arguments(name))

    def arguments(name: str) -> dict[str, Any]:
        said = ARGUMENTS.get(name, {})
        required = {parameter.name for parameter in find(name).parameters if parameter.required}
        required |= {"names"} if name in NAMED_TOO else set()
        if missing := required - said.keys() - (SAMPLES | named).keys():
            pytest.fail(f"SAMPLES and ARGUMENTS do not say with what {name} is tried for {sorted(missing)}")
        return {key: value for key, value in (SAMPLES | named).items() if key in required} | said

    return run


@pytest.mark.parametrize("name", NAMES)
def test_the_schemas_of_an_operation_are_schemas(name: str) -> None:
    operation = find(name)
    taken, replied = input_schema(operation), reply_schema(operation)
    validator(taken)
    validator(replied)
    assert replied["$schema"] == DIALECT and replied["required"] == list(operation.returns._fields)
    assert not keywords(taken) & {"title", "anyOf", "oneOf", "allOf", "$ref"} and "title" not in keywords(replied)
    assert taken.get("properties", {}).keys() == {parameter.name for parameter in operation.parameters}
    assert all(said["description"] for said in taken.get("properties", {}).values())


@pytest.mark.parametrize("name", NAMES)
def test_the_defaults_of_an_operation_fit_its_schema(name: str) -> None:
    operation = find(name)
    defaults = {parameter.name: parameter.default for parameter in operation.parameters if not parameter.required}
    schema = input_schema(operation)
    validator(schema | {"required": []}).validate(defaults)
    assert {key: said["default"] for key, said in schema.get("properties", {}).items() if "default" in said} == defaults
    with pytest.raises(ValidationError):
        validator(schema).validate(defaults | {"no_such_argument": 1})


@pytest.mark.parametrize("name", [name for name in NAMES if name not in WITH_AN_ENGRAM | WITH_A_SKILL])
def test_a_reply_of_an_operation_fits_its_schema(name: str, told: Callable[[str], Any]) -> None:
    reply = plain(told(name))
    schema = validator(reply_schema(find(name)))
    schema.validate(reply)
    for field in reply:  # the controls: a field too few, one too many, one of another type
        with pytest.raises(ValidationError):
            schema.validate({key: value for key, value in reply.items() if key != field})
        with pytest.raises(ValidationError):
            schema.validate(reply | {field: object()})
    with pytest.raises(ValidationError):
        schema.validate(reply | {"no_such_field": 1})


def test_a_schema_and_the_registry_agree_on_arguments() -> None:
    recall = find("recall")
    schema = validator(input_schema(recall))
    for arguments, right in [
        ({"cue": "x"}, True), ({"cue": "x", "limit": 3, "scope": "all"}, True), ({}, False), ({"cue": 3}, False),
        ({"cue": "x", "scope": "everything"}, False), ({"cue": "x", "loose": "maybe"}, False), ({"query": "x"}, False),
    ]:  # fmt: skip
        assert schema.is_valid(arguments) is right
        try:
            checked(recall, arguments)
            accepted = True
        except OldhandError:
            accepted = False
        assert accepted is right, arguments


class Leaf(NamedTuple):
    """A leaf."""

    name: str
    weight: float | None


class Tree(NamedTuple):
    """A record that holds records of its own sort."""

    leaves: list[Leaf]
    branches: "list[Tree]"
    counts: dict[str, int]
    span: tuple[int, str]
    row: tuple[int, ...]
    state: Literal["dry", "wet"]
    anything: Any
    maybe: Leaf | None


def made(returns: Any, *parameters: Parameter) -> Operation:
    """An operation with this reply and these parameters."""
    return Operation("sample", ("sample",), lambda: None, "read", "a sample", "a sample", parameters, returns)


SAME_NAME: Any = NamedTuple("Leaf", [("colour", str)])
LEAF = Leaf("a", None)
TREE = Tree([LEAF], [Tree([], [], {}, (0, ""), (), "wet", None, LEAF)], {"a": 1}, (1, "b"), (1, 2), "dry", [{}], None)


def test_every_type_of_a_reply_has_its_schema() -> None:
    schema = validator(reply_schema(made(Tree)))
    schema.validate(plain(TREE))
    for spoiled in [
        {"leaves": [{"name": "a"}]}, {"branches": [{}]}, {"counts": {"a": "1"}}, {"span": [1]}, {"span": [1, "b", 2]},
        {"span": ["b", 1]}, {"row": ["1"]}, {"state": "moist"}, {"maybe": "leaf"}, {"maybe": {"name": 1, "weight": 1}},
    ]:  # fmt: skip
        assert not schema.is_valid(plain(TREE) | spoiled), spoiled


def test_records_of_the_same_name_are_told_apart() -> None:
    class Both(NamedTuple):
        """Two records of the same name."""

        one: Leaf
        two: SAME_NAME  # type: ignore[valid-type]

    schema = reply_schema(made(Both))
    assert schema["$defs"].keys() == {"Leaf", "Leaf_"}
    validator(schema).validate({"one": {"name": "a", "weight": 1.5}, "two": {"colour": "green"}})


def test_a_type_that_json_cannot_carry_is_refused() -> None:
    for kind in (bytes, set[str], complex):
        with pytest.raises(TypeError, match="no JSON Schema"):
            reply_schema(made(NamedTuple("Odd", [("field", kind)])))  # type: ignore[valid-type]


def test_parameters_may_be_left_out_of_a_schema() -> None:
    parameters = (Parameter("cue", str, REQUIRED, "what", True), Parameter("limit", int, 3, "how many", False))
    shown = input_schema(made(Leaf, *parameters), ("limit",))
    assert shown["properties"] == {"limit": {"type": "integer", "description": "how many", "default": 3}}
    assert "required" not in shown and input_schema(made(Leaf, *parameters))["required"] == ["cue"]
    assert input_schema(made(Leaf)) == {"type": "object", "additionalProperties": False}


def test_a_text_that_means_a_number_may_be_one_and_no_other() -> None:
    shown = validator(input_schema(find("decision_record")))
    for value in (0.7, 1, "0.7", "70%"):
        assert shown.is_valid({"text": "Use Redis", "confidence": value}), value
    assert validator(input_schema(find("decision_link"))).is_valid({"name": "Use Redis", "prs": [12, "#13"]})
    for wrong in ({"text": 5}, {"confidence": [1]}, {"confidence": True}, {"title": 0.5}, {"alternatives": [1]}):
        assert not shown.is_valid({"text": "Use Redis"} | wrong), wrong
    for operation in every():  # and what the schema allows is taken
        for parameter in operation.parameters:
            if parameter.takes_numbers:
                assert coerced(operation, parameter, 12) in ("12", ["12"])
