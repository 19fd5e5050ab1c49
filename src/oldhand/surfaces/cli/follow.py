"""Running one operation for a terminal or a pipe: ask when consent is missing, show progress, print the reply."""

import json
import sys
from typing import Any

from oldhand.errors import NeedsConsent, SecretFound
from oldhand.memory import Memory
from oldhand.model.visible import in_json
from oldhand.operation import Operation, call, plain
from oldhand.surfaces.cli.arguments import Options
from oldhand.surfaces.cli.screen import Screen

UNSOUND_EXIT = 9  # the operation ran well; what it looked at is damaged
# What tells how decisions ended: what is new in the history is looked up before, where that is quick.
OF_OUTCOMES = frozenset({
    "review", "decide", "decision_context", "decision_list", "decision_show", "outcomes_list", "outcomes_show",
    "calibration_show", "calibration_plot", "calibration_drift", "calibration_hints", "negative_list",
    "negative_show", "causal_show", "skill_list", "skill_show",
})  # fmt: skip
NOT_WELL_EXIT = 1  # `doctor` or `health` found something bad


def run(memory: Memory, operation: Operation, given: dict[str, Any], options: Options) -> int:
    """Run the operation, print its reply and return the exit code."""
    screen = Screen(sys.stdout, sys.stderr)
    memory.progress = screen.progress
    if operation.name in OF_OUTCOMES:
        from oldhand.reasoning.keeping_up import before_telling

        before_telling(memory)
    if operation.name == "review" and not given and not options.json and screen.can_ask:
        from oldhand.surfaces.cli.reviewing import walk

        return walk(memory, screen)
    if operation.name == "session_survey" and given.keys() <= {"name"} and not options.json and screen.can_ask:
        from oldhand.surfaces.cli.surveying import ask

        return ask(memory, screen, given)
    if (
        operation.name == "decision_record"
        and not {"text", "of"} & given.keys()
        and not options.json
        and screen.can_ask
    ):
        from oldhand.surfaces.cli.deciding import ask as ask_for_decision

        return ask_for_decision(memory, screen, given)
    try:
        reply = call(memory, operation.name, given)
    except NeedsConsent as refusal:
        if options.json or not screen.can_ask or not screen.ask(str(refusal.args[0])):
            raise
        reply = call(memory, operation.name, given | {"yes": True})
    except SecretFound as refusal:
        can_replace = any(parameter.name == "redact" for parameter in operation.parameters)
        question = f"This contains {refusal.args[1]}. It can be kept with a mark in the secret's place."
        if options.json or not can_replace or not screen.can_ask or not screen.ask(question):
            raise
        reply = call(memory, operation.name, given | {"redact": True})
    finally:
        screen.clear_progress()
    show(screen, operation, reply, options)
    if options.follow:
        _keep_following(memory, operation, given, reply, options, screen)
    return _exit_code(reply)


def show(screen: Screen, operation: Operation, reply: Any, options: Options) -> None:
    """Print a reply: the record as JSON, or for people."""
    if options.json:
        said = json.dumps(plain(reply), ensure_ascii=not screen.unicode, sort_keys=False)
        screen.write(in_json(said) + "\n")
        return
    from oldhand.surfaces.cli.render import render

    screen.write(render(screen, operation.name, reply))


def _keep_following(
    memory: Memory, operation: Operation, given: dict[str, Any], reply: Any, options: Options, screen: Screen
) -> None:
    """Print what is added to the log until interrupted."""
    import time

    while True:
        time.sleep(0.5)
        reply = call(memory, operation.name, given | {"after": reply.last})
        if reply.entries:
            show(screen, operation, reply, options)
            sys.stdout.flush()


def _exit_code(reply: Any) -> int:
    if getattr(reply, "sound", True) is False:
        return UNSOUND_EXIT
    return NOT_WELL_EXIT if getattr(reply, "overall", "ok") == "bad" else 0
