"""Settings: shown, set, reset, validated and suggested, in files that are replaced whole or not at all."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from oldhand.errors import BadArgument, DamagedStore, NeedsConsent, NoStore, NotWritable, UnknownSetting
from oldhand.memory import Memory
from oldhand.model.settings import SETTINGS
from oldhand.operation import call
from tests.conftest import Project


def values(project: Any) -> dict[str, tuple[Any, str]]:
    return {one.name: (one.value, one.source) for one in project.call("config_show").settings}


def test_every_setting_is_shown_with_its_source_and_meaning(project: Any) -> None:
    shown = project.call("config_show").settings
    assert [one.name for one in shown] == [setting.name for setting in SETTINGS]
    assert all(one.source == "default" and one.value == one.default and one.meaning and one.accepts for one in shown)


def test_the_project_wins_over_the_person_and_the_person_over_the_default(project: Any) -> None:
    project.call("config_set", name="recall.limit", value="7", scope="person")
    assert values(project)["recall.limit"] == (7, "person")
    changed = project.call("config_set", name="recall.limit", value="9")
    assert (changed.before, changed.in_force, changed.source) == (7, 9, "project")
    hidden = project.call("config_set", name="recall.limit", value="11", scope="person")
    assert (hidden.value, hidden.in_force, hidden.source) == (11, 9, "project")


def test_who_takes_back_what_the_project_says_is_told_how(project: Project) -> None:
    name = "outcomes.automatic"

    def refused() -> str:
        with pytest.raises(BadArgument) as error:
            project.by_person("config_set", name=name, value="yes")
        return str(error.value)

    assert "`--scope person`" in refused() and "config reset" not in refused(), "control: the project says nothing"
    project.by_person("config_set", name=name, value="no")
    assert f"this one says no; `oldhand config reset {name}` takes that back" in refused()
    assert "--scope person" not in refused(), "that would change nothing"
    hidden = project.by_person("config_set", name=name, value="yes", scope="person")
    assert (hidden.in_force, hidden.source) == ("no", "project")
    assert hidden.note == f"this project says no; `oldhand config reset {name}` takes that back"
    project.by_person("config_set", name=name, value="no", scope="person")
    assert "these say no: `--scope person` then changes it" in refused()
    project.by_person("config_reset", name=name)
    shown = project.by_person("config_set", name=name, value="yes", scope="person")
    assert (shown.in_force, shown.note) == ("yes", "")


def test_a_setting_counts_in_the_next_process(project: Any) -> None:
    project.call("config_set", name="recall.limit", value="2")
    assert project.reopened().setting("recall.limit") == 2


def test_a_file_is_readable_by_the_person_alone_and_nothing_is_left_beside_it(project: Any) -> None:
    file = Path(project.call("config_set", name="recall.limit", value="2").file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not [path for path in file.parent.iterdir() if "writing" in path.name]


def test_names_this_version_does_not_know_are_kept(project: Any) -> None:
    file = project.folder / "settings.json"
    file.write_text('{"future.thing": [1, 2]}', encoding="utf-8")
    project.call("config_set", name="recall.limit", value="3")
    assert json.loads(file.read_text(encoding="utf-8")) == {"future.thing": [1, 2], "recall.limit": 3}


@pytest.mark.parametrize("value", ["0", "101", "many", "2.5", "", "-1"])
def test_a_value_out_of_range_is_refused_and_nothing_is_written(project: Any, value: str) -> None:
    with pytest.raises(BadArgument, match="1 to 100"):
        project.call("config_set", name="recall.limit", value=value)
    assert not (project.folder / "settings.json").exists()


def test_an_unknown_setting_is_refused_with_a_close_one(project: Any) -> None:
    with pytest.raises(UnknownSetting, match=r"recall\.limit"):
        project.call("config_set", name="recall.limits", value="3")


def test_a_broken_file_is_never_overwritten(project: Any) -> None:
    file = project.folder / "settings.json"
    file.write_text("{broken", encoding="utf-8")
    for name, arguments in (
        ("config_set", {"name": "recall.limit", "value": "3"}),
        ("config_reset", {"name": "recall.limit"}),
    ):
        with pytest.raises(DamagedStore):
            project.call(name, **arguments)
    assert file.read_text(encoding="utf-8") == "{broken"


def test_a_reset_of_everything_asks_first_and_keeps_a_broken_file_aside(project: Any) -> None:
    file = project.folder / "settings.json"
    file.write_text("{broken", encoding="utf-8")
    with pytest.raises(NeedsConsent, match="unreadable"):
        project.call("config_reset")
    assert file.read_text(encoding="utf-8") == "{broken"
    done = project.call("config_reset", yes=True)
    assert Path(done.kept_aside).read_text(encoding="utf-8") == "{broken"
    assert project.call("config_validate").overall == "ok"


def test_a_reset_takes_back_one_setting_or_all(project: Any) -> None:
    for name in ("recall.limit", "recall.floor"):
        project.call("config_set", name=name, value="3")
    assert project.call("config_reset", name="recall.limit").removed == ["recall.limit"]
    assert project.call("config_reset", name="recall.limit").removed == []
    assert project.call("config_reset", yes=True).removed == ["recall.floor"]
    assert {source for _, source in values(project).values()} == {"default"}


def test_a_bad_value_in_a_file_is_mended_by_setting_it_anew(project: Any) -> None:
    (project.folder / "settings.json").write_text('{"recall.limit": "many"}', encoding="utf-8")
    assert project.call("config_set", name="recall.limit", value="4").in_force == 4


def test_settings_of_a_project_without_memory_cannot_be_set(tmp_path: Path, home: Path) -> None:
    memory = Memory(tmp_path, home)
    with pytest.raises(NoStore):
        call(memory, "config_set", {"name": "recall.limit", "value": "3"})
    assert call(memory, "config_set", {"name": "recall.limit", "value": "3", "scope": "person"}).in_force == 3


def test_a_home_that_is_no_folder_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    memory = Memory(tmp_path, tmp_path / "file" / "home")
    with pytest.raises(NotWritable):
        call(memory, "config_set", {"name": "recall.limit", "value": "3", "scope": "person"})


@pytest.mark.parametrize(
    ("content", "overall", "words"),
    [
        ("{broken", "bad", "cannot be read"),
        ("[1]", "bad", "no JSON object"),
        ('{"recall.limit": "many"}', "bad", "whole number"),
        ('{"recall.limt": 3}', "warn", "no such setting"),
        ('{"recall.limit": 3}', "ok", ""),
    ],
)
def test_both_files_are_checked_and_each_fault_is_named(project: Any, content: str, overall: str, words: str) -> None:
    for folder in (project.folder, project.home):
        (folder / "settings.json").write_text(content, encoding="utf-8")
    report = project.call("config_validate")
    assert report.overall == overall
    assert [fault.scope for fault in report.faults] == ([] if overall == "ok" else ["project", "person"])
    assert all(words in fault.fault and fault.next_step for fault in report.faults)


def test_the_wizard_suggests_from_the_machine_and_writes_only_when_told(project: Any) -> None:
    suggested = project.call("config_wizard", context_tokens=100_000, use_global="no")
    found = {one.name: one.value for one in suggested.suggestions}
    assert (
        found["recall.budget_tokens"] == 1000 and found["brief.budget_tokens"] == 400 and found["recall.global"] == "no"
    )
    assert 1000 <= found["traces.keep"] <= 200_000 and 2 <= found["backup.keep"] <= 20
    assert suggested.memory_bytes > 0 and suggested.cores >= 1 and not suggested.file
    assert {source for _, source in values(project).values()} == {"default"}
    project.by_person("config_wizard", context_tokens=100_000, keep_log=5000, apply=True)
    project.reopened()
    assert values(project)["traces.keep"] == (5000, "person")
    assert values(project)["recall.budget_tokens"] == (1000, "person")


def test_the_wizard_stays_within_what_settings_accept(project: Any) -> None:
    suggested = project.by_person("config_wizard", context_tokens=1_000_000_000, apply=True)
    project.reopened()
    assert {one.name: one.value for one in suggested.suggestions}["recall.budget_tokens"] == 20_000
    assert project.call("config_validate").overall == "ok"
