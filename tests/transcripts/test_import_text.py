"""What a person reads of an import: what could not be read stands where it is announced, and sizes are not nothing."""

import os
import shutil
from pathlib import Path

import pytest

from oldhand.errors import NeedsConsent
from oldhand.sessions.record import USAGE
from oldhand.surfaces.transcripts_text import lines
from tests.conftest import Project
from tests.transcripts.told import CLAUDE, SWEAGENT

LONG_AGO = 1_700_000_000  # seconds since 1970, in November 2023


@pytest.fixture
def torn(project: Project) -> Path:
    """A transcript with a line that is no JSON."""
    project.by_person("config_set", name="sessions.keep_days", value="0")
    path = project.root / "torn.jsonl"
    path.write_text(CLAUDE.read_text("utf-8") + "{half\n", "utf-8")
    return path


def test_what_could_not_be_read_follows_its_announcement(project: Project, torn: Path) -> None:
    for arguments in ({"dry_run": True}, {"yes": True}):
        reply = project.call("session_import", paths=[torn.name], **arguments)
        said = [line.text for line in lines("session_import", reply)]
        at = said.index("1 part could not be read:")
        assert said[at + 1].startswith("torn.jsonl") and said[at + 1] == reply.notes[0]
    assert not [one for one in said[:at] if one.startswith("torn.jsonl")]


def test_the_next_step_after_a_dry_run_is_the_same_command_with_the_same_paths(project: Project, torn: Path) -> None:
    reply = project.call("session_import", paths=[torn.name], dry_run=True)
    assert [line.text for line in lines("session_import", reply)][-1].endswith(
        "same command with --yes in place of --dry-run"
    )


def test_a_small_transcript_has_a_size(project: Project, torn: Path) -> None:
    with pytest.raises(NeedsConsent, match=r"out of [1-9]\d* KB of transcripts"):
        project.call("session_import", paths=[torn.name])


def test_a_transcript_without_times_counts_at_the_time_of_its_file(project: Project, torn: Path) -> None:
    path = project.root / "old.traj"
    shutil.copyfile(SWEAGENT, path)
    os.utime(path, (LONG_AGO, LONG_AGO))
    project.call("session_import", paths=[path.name], yes=True)
    (row,) = project.memory.session_log().sessions()
    used = [one for one in project.memory.session_log().events(row.session.id) if one.kind == USAGE]
    assert used and {one.at for one in used} == {LONG_AGO * 1000}
    assert project.call("session_tokens").today.used == 0
