"""The launcher: one line that stays the same, a file written whole, and a start that imports next to nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.sessions import launcher
from oldhand.sessions.hooks_of_hosts import EVENTS, FORM, INSTALLED, SPEAKS, neutral, plugin
from oldhand.store.acceptance import accept
from oldhand.surfaces.hooks import entry
from tests.conftest import Project
from tests.hooks.hosting import Host

HEAVY = {"typing", "re", "pathlib", "json", "dataclasses", "enum", "hashlib", "datetime", "contextlib", "os"}
# What a hook that speaks has no need of: each takes one to four milliseconds.
UNASKED = {"pathlib", "datetime", "urllib.parse", "oldhand.code.project", "oldhand.store.store",
           "oldhand.model.secrets", "oldhand.operation", "oldhand.knowledge.assertion"}  # fmt: skip


def test_the_line_that_hosts_store_is_the_same_whatever_python_runs(home: Path) -> None:
    line = launcher.command(home, "codex", "PreToolUse")
    assert line == f"{home}/bin/oldhand-hook codex PreToolUse" and launcher.ours(line)
    assert sys.executable not in line and not launcher.ours("/usr/bin/other-hook codex PreToolUse")


@pytest.mark.parametrize("name", ["a b", "", "x;rm", "$HOME", "é", "x" * 99])
def test_a_name_that_a_shell_would_not_take_as_it_is_is_refused(name: str, home: Path) -> None:
    with pytest.raises(ValueError, match="no name of a host or an event"):
        launcher.command(home, name, "Stop")


def test_a_home_with_spaces_and_quotes_works(project: Project, tmp_path: Path) -> None:
    odd = tmp_path / 'it\'s a "home" $x'
    odd.mkdir()
    project.by_person("remember", text="Ports are even.", kind="decision")
    line = launcher.command(odd, "claude", "SessionStart")
    launcher.write(odd)
    accept(project.folder, odd)
    payload = json.dumps({"session_id": "q", "cwd": str(project.root)}).encode()
    clean = Host(project.root, odd).environment
    shell = ["/bin/sh", "-c", line]
    said = subprocess.run(shell, input=payload, capture_output=True, check=True, timeout=30, env=clean)
    assert b"Ports are even." in said.stdout


def test_writing_again_changes_nothing_and_mends_what_is_broken(home: Path) -> None:
    place = launcher.write(home)
    before = place.stat()
    assert launcher.write(home) == place and place.stat().st_mtime_ns == before.st_mtime_ns
    assert launcher.trouble(home) == "" and not launcher.refresh(home)
    place.write_text(place.read_text().replace("python='", "python='/gone"))
    assert "is gone" in launcher.trouble(home)
    assert launcher.refresh(home) and launcher.trouble(home) == ""
    place.chmod(0o600)
    assert "may not be run" in launcher.trouble(home)
    launcher.write(home)
    assert launcher.trouble(home) == ""
    assert [path.name for path in place.parent.iterdir()] == ["oldhand-hook"]


def test_a_file_of_somebody_else_is_not_taken_away_or_mended(home: Path) -> None:
    assert launcher.trouble(home).endswith("is missing")
    launcher.path(home).parent.mkdir()
    launcher.path(home).write_text("#!/bin/sh\necho mine\n")
    assert "none of ours" in launcher.trouble(home)
    assert not launcher.refresh(home) and not launcher.remove(home)
    assert launcher.path(home).read_text() == "#!/bin/sh\necho mine\n"


def test_taking_it_away_leaves_nothing(home: Path) -> None:
    launcher.write(home)
    assert launcher.remove(home) and not launcher.remove(home) and not list(home.iterdir())


PROBE = """
import sys, posix
sys.path[:0] = {paths!r}
from oldhand.surfaces.hooks import run
import oldhand.surfaces.hooks.places
posix._exit = lambda code: (posix.write(2, "\\n".join(sys.modules).encode()), posix.kill(posix.getpid(), 9))
run.main([{home!r}, "claude", {event!r}])
"""


def loaded(project: Project, event: str, *, beforehand: bool = True, **said: object) -> set[str]:
    """The modules that a hook's process holds at its end. beforehand: another one has run, so that what is kept is."""
    host = Host(project.root, project.home)  # its environment alone: a person's own OLDHAND_HOME leads elsewhere
    if beforehand:
        host.fires(event, **said)
    package = Path(entry.__file__).parents[3]
    import apsw

    code = PROBE.format(
        paths=[str(package), str(Path(str(apsw.__file__)).parent.parent)], home=str(project.home), event=event
    )
    payload = json.dumps({"session_id": "lean", "cwd": str(project.root), **said}).encode()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], input=payload, capture_output=True, timeout=30, check=False,
        env=host.environment,
    )  # fmt: skip
    return set(done.stderr.decode().split())


@pytest.mark.parametrize(
    ("event", "said", "store"),
    [
        ("PreToolUse", {"tool_name": "Edit", "tool_input": {"file_path": "src/other.py"}}, True),
        ("PreToolUse", {"tool_name": "Bash", "tool_input": {"command": "ls -la"}}, True),
        ("UserPromptSubmit", {"prompt": "go on"}, True), ("SessionStart", {"source": "startup"}, True),
        ("PostToolUse", {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_response": "a.py"}, False),
        ("Stop", {"last_assistant_message": "Done."}, False),
    ],
)  # fmt: skip
def test_a_silent_hook_imports_next_to_nothing(
    event: str, said: dict[str, object], store: bool, project: Project
) -> None:
    project.by_person("remember", text="Ports are even.", kind="decision", anchors=["src/ports.py"])
    modules = loaded(project, event, **said)
    assert "oldhand.surfaces.hooks.run" in modules and ("apsw" in modules) == store
    assert not modules & HEAVY


def test_a_hook_that_speaks_imports_more(project: Project) -> None:
    """The control of the test above; and even then nothing that takes long and tells nothing."""
    project.by_person("remember", text="Ports are even.", kind="decision", anchors=["src/ports.py"])
    modules = loaded(project, "PreToolUse", tool_name="Write", tool_input={"file_path": "src/ports.py"}, agent_id="z")
    assert modules & HEAVY and "oldhand.knowledge.at_action" in modules
    assert not modules & UNASKED


def test_an_opening_that_is_made_anew_imports_no_more(project: Project) -> None:
    project.by_person("remember", text="Ports are even.", kind="decision", anchors=["src/ports.py"])
    modules = loaded(project, "SessionStart", beforehand=False, source="startup")
    assert "oldhand.knowledge.briefing" in modules and not modules & {*UNASKED, "oldhand.memory"}


def test_the_tables_of_the_hosts_fit_each_other() -> None:
    for host, events in INSTALLED.items():
        assert all(neutral(host, event) for event, _, _ in events), host
        assert all(seconds <= 3 for event, _, seconds in events if event.lower() == "sessionend")
    assert set(SPEAKS) == set(EVENTS) and set(FORM) == set(EVENTS)
    assert neutral("claude", "Setup") == "" and neutral("nobody", "Stop") == "" and neutral("amp", "start") == "start"


@pytest.mark.parametrize("host", ["opencode", "amp"])
def test_the_plugins_call_the_launcher(host: str, home: Path) -> None:
    text = plugin(host, home)
    assert f'"{home}/bin/oldhand-hook"' in text and "@LAUNCHER@" not in text and f'["{host}", event]' in text


@pytest.mark.parametrize("words", [[], ["claude"], ["claude", "Nothing"], ["nobody", "Stop"], ["claude", "Stop", "x"]])
def test_the_command_for_people_says_how_it_is_used_and_never_fails(words: list[str], project: Project) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "oldhand", "hook", *words], stdin=subprocess.DEVNULL, capture_output=True, check=False,
        timeout=60, cwd=project.root,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, b"") and b"Usage: oldhand hook HOST EVENT" in done.stderr
