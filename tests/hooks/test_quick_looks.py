"""The quick looks of hooks never say no where the whole look would tell something."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oldhand.code.globbing import Glob
from oldhand.errors import BadPattern, OldhandError
from oldhand.knowledge import at_action, beforehand, briefing
from oldhand.knowledge.at_action import concerning
from oldhand.knowledge.occasions import Action
from oldhand.model import secret_commands, secret_formats, secret_hints, secret_words, secrets
from oldhand.model.first_term import first_term
from oldhand.model.plain_json import parsed, written
from oldhand.model.terms import index_terms
from oldhand.sessions.hooks_of_hosts import _NAMES, tool_of
from oldhand.sessions.transcripts import neutral
from oldhand.store.at_hand import AtHand
from oldhand.surfaces.hooks import places, preferences
from tests.conftest import Project
from tests.secrets.samples import samples

SAMPLES = samples()
WORDS = "abcdeingsyEABCT0123456789_./-:'@#+,|&>()\"= \\yйß"


@settings(max_examples=3000, deadline=None)
@given(st.text(alphabet=WORDS, max_size=20))
def test_the_first_term_of_a_word_is_that_of_the_index_or_is_not_told(text: str) -> None:
    told = first_term(text)
    assert told is None or told == next(iter(index_terms(text)), "")


@pytest.mark.parametrize(
    ("text", "term"), [("src/pay/client.py", "src/pay/client.py"), ("git", "git"), ("running", "run"), ("&&", "")]
)
def test_ordinary_words_are_told(text: str, term: str) -> None:
    assert first_term(text) == term


def test_the_quick_screening_passes_no_secret_that_the_whole_one_finds() -> None:
    every = samples()
    found = [sample for sample in every if secrets.find(sample.text)]
    assert len(found) > 200
    assert not [sample.name for sample in found if secret_hints.none_in(sample.text)]


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 10**9), st.text(max_size=60), st.text(max_size=60))
def test_nor_does_it_when_other_text_stands_around(seed: int, before: str, after: str) -> None:
    sample = random.Random(seed).choice(SAMPLES)
    text = f"{before} {sample.text} {after}"
    assert not (secrets.find(text) and secret_hints.none_in(text))


def test_ordinary_output_passes_the_quick_screening() -> None:
    output = "tests/test_client.py::test_retry PASSED [ 50%]\n" * 30 + "==== 30 passed in 1.21s ====\n"
    assert secret_hints.none_in(output)
    assert secret_hints.none_in("total 12\ndrwxr-xr-x 2 me me 4096 Nov 22 02:19 src\n")


def test_the_tables_of_the_quick_screening_are_those_of_the_whole_one() -> None:
    assert {prefix for prefix, _ in secret_hints.PREFIXES} == set(secret_formats.PREFIXES)
    assert set(secret_hints.LITERALS) == set(secret_formats.LITERALS)
    assert {*secret_hints.PASSWORDS, *secret_hints.WORDS} == {word.stem for word in secret_words._WORDS}
    assert set(secret_hints.PASSWORDS) == {word.stem for word in secret_words._WORDS if word.strength == 3}
    looks = {literal for literal, _ in secret_words._LOOKS}
    assert {literal for literal, _ in secret_hints.LOOKS} | {"basic "} == looks
    assert {name for name, _ in secret_hints.COMMANDS} == {one.literal for one in secret_commands._COMMANDS}
    assert secret_commands._BEGINS == secret_hints.BEGINS
    assert secret_hints.LEAST_DOTTED == secret_formats.LEAST_DOTTED and secret_hints.DOTTED == secret_formats.DOTTED


def test_a_body_of_a_token_needs_the_room_that_the_quick_screening_asks_for() -> None:
    """For each prefix, no body of the whole screening is shorter within the run than the table says."""
    least = dict(secret_hints.PREFIXES)
    draw = random.Random(7)
    run = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
    hexadecimal = "0123456789abcdef"
    for prefix in secret_formats.PREFIXES:
        for alphabet in (run, hexadecimal, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
            for length in range(least[prefix]):
                body = "".join(draw.choice(alphabet) for _ in range(length))
                text = f"{prefix}{body}"
                found = secrets.find(text)
                assert not found or not secret_hints.none_in(text), prefix


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="ab/*?[]{},.\\x", min_size=1, max_size=10), st.text(alphabet="ab/.x", min_size=1, max_size=8))
def test_a_pattern_that_fits_a_path_fits_it_perhaps(pattern: str, path: str) -> None:
    try:
        fits = Glob(pattern).matches(path.strip("/") or "a")
    except (BadPattern, OldhandError):
        return
    assert not fits or beforehand.fits_perhaps(pattern, path.strip("/") or "a")


def test_a_pattern_of_other_files_is_told_apart() -> None:
    assert not beforehand.fits_perhaps("src/bill/*.py", "src/pay/a.py")
    assert not beforehand.fits_perhaps("src/**/*.sql", "src/pay/a.py")
    assert beforehand.fits_perhaps("src/**/*.sql", "src/db/deep/a.sql")


FILES = ("src/pay/client.py", "src/pay/hooks.py", "src/cart/a.sql", "docs/guide.md", "Makefile", "модуль/файл.py")
COMMANDS = (
    "git push origin main", "git status", "cd x && npm run build", "pytest -q tests/a.py", "docker compose up -d",
    "sudo -u me make deploy", "FOO=1 uv run pytest", "echo 'git push'", "git -C ../y push --force", "python3 -m build",
    "ls | xargs rm", "cargo test --all", "запуск тестов", "python3 manage.py migrate", "docker-compose up",
    "7z x a.zip", "MyTool run", "s3cmd put # git push", "x86_64-linux-gnu-gcc main.c",
)  # fmt: skip
TRIGGERS = (
    "edit:src/pay/client.py", "read:docs/guide.md", "file:src/cart/", "edit:src/**/*.sql", "edit:*.py", "command:git",
    "command:git push", "command:make deploy", "command:pytest", "prompt:deploy", "branch:main", "in 3 days",
    "2026-01-01", "file:модуль/файл.py", "edit:Makefile", "command:запуск",
)  # fmt: skip


def built(project: Project, draw: random.Random) -> None:
    """Memories of every kind with anchors, triggers and priorities drawn by lot."""
    for path in FILES:
        (project.root / path).parent.mkdir(parents=True, exist_ok=True)
        (project.root / path).write_text("def a():\n    pass\n")
    for number in range(draw.randint(3, 14)):
        text = f"Fact {number}: {draw.choice(COMMANDS)} needs care."
        when = draw.sample(TRIGGERS, draw.randint(1, 3))
        anchors = draw.sample([*FILES, "src/pay", "src"], draw.randint(0, 2))
        how = project.by_person if draw.random() < 0.7 else project.call
        match draw.randrange(5):
            case 4:
                how("negative_record", text=text, conclusion="it hung", anchors=anchors, triggers=[
                    one for one in when if one.startswith(("command:", "edit:", "read:", "file:"))
                ], severity=draw.choice(["critical", "info"]))  # fmt: skip
            case 0:
                how("remind", text=text, when=when, anchors=anchors, priority=draw.choice([0, 0, -60, 40]))
            case 1:
                how("gotcha", text=text, triggers=when[:2] if draw.random() < 0.6 else [], anchors=anchors)
                if draw.random() < 0.4:  # another value: both are contested
                    how("gotcha", text=text.replace(f"Fact {number}", f"Fact {number + 100}"), triggers=when[:2])
            case 2:
                how("remember", text=text, kind=draw.choice(["decision", "convention", "claim"]), anchors=anchors)
            case _:
                if draw.random() < 0.5:  # two that contradict each other
                    for value in (4, 8):
                        kind = draw.choice(["decision", "convention", "claim"])
                        said = f"Step {number} needs about {value} GB of memory."
                        how("remember", text=said, kind=kind, anchors=anchors)
                how("remember", text=text, anchors=anchors, priority=draw.choice([0, -60]),
                    valid_until="2026-01-05" if draw.random() < 0.3 else "")  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_quick_look_passes_over_no_memory_that_the_whole_one_tells(seed: int, project: Project) -> None:
    draw = random.Random(seed)
    built(project, draw)
    told = passed = 0
    for day in (0, 4):
        now = project.memory.now() + day * 86_400_000
        store = AtHand(str(project.folder / "memory.db"))
        with project.memory.reading() as reader:
            for path in (*FILES, "src/pay/new.py", "README.md", "a b/c d.py"):
                for kind in ("edit", "read"):
                    found = concerning(reader, Action(kind, path), now, 40)
                    seen = beforehand.of_file(store, path, kind, now)
                    assert concerning(reader, Action(kind, path), now, 40, seen) == found, (path, kind)
                    whole, quick = [one.id for one in found], seen.ids
                    assert not whole or set(whole) <= set(quick) or beforehand.UNSURE in quick
                    told, passed = told + bool(whole), passed + (not quick)
            for command in COMMANDS:
                whole = [one.id for one in concerning(reader, Action("command", command=command), now, 40)]
                quick = beforehand.of_command(store, command, now)
                assert not whole or set(whole) <= set(quick) or beforehand.UNSURE in quick
                told, passed = told + bool(whole), passed + (not quick)
            for text in ("deploy it now", "hello", "ну что, деплой?"):
                whole = [one.id for one in concerning(reader, Action("prompt", text=text, branch="main"), now, 40)]
                quick = beforehand.of_prompt(store, now)
                assert not whole or set(whole) <= set(quick) or beforehand.UNSURE in quick
    assert passed, "the quick look says yes to everything"


def test_the_bounds_of_the_quick_look_are_those_of_the_whole_one() -> None:
    for name in ("MOST_TIED", "MOST_AROUND", "MOST_TRIGGERED", "MOST_NAMING", "BY_FILE", "TOLD"):
        assert getattr(beforehand, name) == getattr(at_action, name)
    assert beforehand.ASKED_FOR == briefing.ASKED_FOR


def test_tools_are_what_the_readers_of_transcripts_take_them_for() -> None:
    names = [name for said in _NAMES.values() for name in said.split()] + list(neutral._TOOL_OF) + ["mcp__x__y", "zz"]
    assert {name: tool_of(name) for name in names} == {name: neutral.tool_of(name) for name in names}


@pytest.mark.parametrize(
    ("person", "project_says"),
    [({}, {}), ({"hooks.prompt": "silent"}, {}), ({"hooks.prompt": "reminders"}, {"hooks.prompt": "silent"}),
     ({}, {"hooks.prompt": "questions"}), ({"hooks.holdout_percent": 30, "hooks.actions": "silent"}, {}),
     ({"hooks.holdout_percent": 101}, {"hooks.actions": "silent", "hooks.holdout_percent": 50}),
     ({"hooks.prompt": 5}, {"hooks.prompt": "reminders"})],
)  # fmt: skip
def test_settings_are_read_as_memory_reads_them(
    person: dict[str, object], project_says: dict[str, object], project: Project
) -> None:
    (project.home / "settings.json").write_text(written(person))
    (project.folder / "settings.json").write_text(written(project_says))
    home, store = str(project.home), str(project.folder)
    memory = project.reopened()
    try:
        wanted = {name: memory.setting(name) for name in ("hooks.prompt", "hooks.actions", "hooks.holdout_percent")}
    except OldhandError:
        return  # settings that nobody can read: hooks go on with what is usual
    assert preferences.prompt_policy(home, store) == wanted["hooks.prompt"]
    assert preferences.speaks_at_actions(home, store) == (wanted["hooks.actions"] == "tell")
    assert preferences.holdout_percent(home) == wanted["hooks.holdout_percent"]


def test_a_setting_whose_name_is_written_with_escapes_counts(project: Project) -> None:
    (project.home / "settings.json").write_text('{"hooks.act\\u0069ons": "silent", "hooks.prompt": "reminders"}')
    assert project.reopened().setting("hooks.actions") == "silent"
    assert not preferences.speaks_at_actions(str(project.home), str(project.folder))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_json_is_read_and_written_as_by_the_module(value: dict[str, object]) -> None:
    import json

    assert parsed(json.dumps(value)) == value
    kept = {name: said for name, said in value.items() if said is not None and said not in ("", [])}
    said = json.loads(written(value))
    whole = json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace").decode()
    assert said == json.loads(whole)


def test_a_store_is_found_where_the_project_finds_it(tmp_path: Path) -> None:
    import subprocess

    from oldhand.code.project import find_project
    from oldhand.store.store import Store

    main, linked = tmp_path / "main", tmp_path / "linked"
    run = {"check": True, "capture_output": True}
    subprocess.run(["git", "init", "-q", str(main)], **run)  # type: ignore[call-overload]
    git = ["git", "-C", str(main), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], **run)  # type: ignore[call-overload]
    subprocess.run([*git, "worktree", "add", "-q", str(linked)], **run)  # type: ignore[call-overload]
    (main / "a" / "b").mkdir(parents=True)
    (linked / "c").mkdir()
    (tmp_path / "plain" / "deep").mkdir(parents=True)
    for folder in (main, tmp_path / "plain"):
        Store.create(folder / ".oldhand", 1_767_225_600_000, tmp_path / "home").close()
    for folder in (main, main / "a" / "b", linked, linked / "c", tmp_path / "plain" / "deep", tmp_path / "plain"):
        there, wanted = places.find(str(folder)), find_project(folder)
        assert there and (there.store, there.tree) == (str(wanted.store), str(wanted.tree)), folder
    assert places.find(str(tmp_path)) is None
    (main / "a" / "nested" / ".git").mkdir(parents=True)  # a `.git` that is none is passed over
    there = places.find(str(main / "a" / "nested"))
    assert there and there.store == str(main / ".oldhand")
