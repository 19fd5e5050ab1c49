"""What git's hook had trouble with is told by `doctor` in the words that it noted."""

import pytest

from oldhand.surfaces.git_hook import OutOfTime, _note_trouble
from tests.conftest import Project
from tests.hooks.hosting import troubles


def test_what_gits_hook_noted_is_read_with_its_words(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.folder / "spool").mkdir()
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("OLDHAND_HOME", str(project.home))
    _note_trouble("the engram could not be made")
    _note_trouble(OutOfTime("2 s"))
    assert sorted(troubles(project)) == ["OutOfTime: 2 s", "the engram could not be made"]
