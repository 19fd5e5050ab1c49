"""The trailer stands only in a message that is ready, and only where git reads it; the note ties the commit anyway.

Each promise has its control: what git does where our hooks are switched off, or the like message that has a trailer.
"""

import os
from pathlib import Path

import pytest

from oldhand.sessions import engram_git
from oldhand.sessions.engram_git import add_trailer
from tests.engrams.made import SESSION, Repository, Story, logged

NAME = "0123456789ab"
SCISSORS = "# ------------------------ >8 ------------------------"
OFF = {"OLDHAND_ENGRAMS": "off"}
HERE = {"PATH": os.environ["PATH"], "HOME": "/nowhere"}


def staged(repository: Repository, text: str = "changed\n") -> None:
    """Something to commit."""
    with (repository.folder / "a").open("a", encoding="utf-8") as file:
        file.write(text)
    repository.git("add", "a")


def body(repository: Repository) -> str:
    return repository.git("log", "-1", "--format=%B")


# -- messages that git refuses ------------------------------------------------------------------------

REFUSED = {
    "nothing typed": [], "the diff of --verbose": ["-v"], "with a signature alone": ["-s"],
    "an empty -m": ["-m", ""], "a signature by -m": ["-m", "Signed-off-by: Ann <ann@example.com>"],
    "comments alone": ["--cleanup=strip", "-m", "# no word"], "scissors alone": ["-v", "-m", f"{SCISSORS}\nrest"],
    "an editor behind -m": ["-e", "-m", "# no word"],
}  # fmt: skip


@pytest.mark.parametrize("comment", ["", "core.commentChar=;", "core.commentChar=auto"])
@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_what_git_refuses_as_empty_is_refused_with_our_hooks_too(
    hooked: Repository, words: list[str], comment: str
) -> None:
    if comment:
        hooked.git("config", *comment.split("=", 1))
        words = [word.replace("# ", "; ") if comment.endswith(";") else word for word in words]
    staged(hooked)
    alone = hooked.git("commit", *words, check=False, session=SESSION, **OFF)
    if "empty commit message" not in alone.lower():  # `auto` takes no character that begins a line
        assert comment.endswith("auto")
        hooked.git("reset", "-q", "--soft", "HEAD~1")
        return
    assert "empty commit message" in hooked.git("commit", *words, check=False, session=SESSION).lower()
    assert body(hooked) == "Begin"


def test_a_template_that_nobody_filled_in_is_refused(hooked: Repository) -> None:
    (hooked.folder / "template").write_text("Title: fill in\n\nSay why here.\n", "utf-8")
    hooked.git("config", "commit.template", str(hooked.folder / "template"))
    staged(hooked)
    assert "did not edit" in hooked.git("commit", check=False, session=SESSION, **OFF)
    assert "did not edit" in hooked.git("commit", check=False, session=SESSION)
    assert body(hooked) == "Begin"


def test_who_empties_the_message_in_the_editor_makes_no_commit(hooked: Repository) -> None:
    staged(hooked)
    for words in ((), ("-e", "-m", "Begun")):
        emptied = "sed -i.bak '1s/.*//'"  # as a person who deletes the line of the message
        said = hooked.git("commit", *words, check=False, session=SESSION, GIT_EDITOR=emptied)
        assert "empty commit message" in said.lower()


def test_a_commit_whose_message_an_editor_made_is_tied_without_a_trailer(hooked: Repository) -> None:
    logged(hooked.project, Story().prompt("Do it."))
    staged(hooked)
    hooked.git("commit", "-q", "-v", session=SESSION, GIT_EDITOR="sed -i.bak '1s/^/By an editor/'")
    assert body(hooked) == "By an editor"
    [made] = hooked.settled()
    assert made.commit == hooked.head()
    assert hooked.project.call("engram_for_commit").how == "index"


# -- messages that are given one ----------------------------------------------------------------------

GIVEN = {
    "one line": ("Fix", []), "a word and a colon": ("Fix: a", []), "a body": ("Fix\n\nWords here.", []),
    "a number at the end": ("Fix\n\n#123 is closed by this", []),
    "only a number": ("#123 is closed", ["--cleanup=whitespace"]),
    "headings": ("Fix\n\n# heading\nbody\n# tail", ["--cleanup=verbatim"]), "no end": ("Fix", ["--cleanup=verbatim"]),
    "comments that go": ("Fix\n\nbody\n# tail", ["--cleanup=strip"]), "a list": ("Fix\n\n  - one\n  - two", []),
    "a trailer": ("Fix\n\nReviewed-by: B <b@c>", []),
    "a wrapped one": ("Fix\n\nReviewed-by: B\n <b@c>\nAcked-by: D", []),
    "a comment behind it": ("Fix\n\nReviewed-by: B <b@c>\n# tail", []),
    "what looks like one": ("Fix\n\nNote: words\nand more words", []),
    "a title like one": ("Reviewed-by: B <b@c>", []), "a divider": ("Fix\n\n---\nbelow", []),
    "Russian": ("Заголовок\n\nТело.", []), "a signature": ("Fix", ["-s"]),
    "lines' ends of DOS": ("a\r\n\r\nb\r\n", ["--cleanup=verbatim"]),
}  # fmt: skip


@pytest.mark.parametrize("comment", ["#", ";", "auto"])
@pytest.mark.parametrize(("message", "words"), GIVEN.values(), ids=GIVEN)
def test_a_trailer_is_one_for_git_and_all_else_stays(
    hooked: Repository, message: str, words: list[str], comment: str
) -> None:
    hooked.git("config", "core.commentChar", comment)
    trailers = "--format=%(trailers:only)"
    staged(hooked)
    hooked.git("commit", "-q", *words, "-m", message, session=SESSION, **OFF)
    alone, theirs = body(hooked), hooked.git("log", "-1", trailers)
    assert hooked.trailer() == ""
    staged(hooked)
    hooked.git("commit", "-q", *words, "-m", message, session=SESSION)
    name = hooked.trailer()
    if message.startswith("#") and comment != ";":  # may be a comment alone: the hook is not told how it is cleaned
        assert (name, body(hooked)) == ("", alone)
        return
    assert engram_git.NAME.match(name)
    assert body(hooked).startswith(alone)
    assert body(hooked).removeprefix(alone).strip() == f"Oldhand-Engram: {name}"
    assert hooked.git("log", "-1", trailers) == f"{theirs}\nOldhand-Engram: {name}".strip()


@pytest.mark.parametrize("words", [[], ["-v"], ["--cleanup=scissors"], ["--cleanup=verbatim"]])
def test_a_message_with_scissors_keeps_its_words_and_its_trailer_is_one_or_not_there(
    hooked: Repository, words: list[str]
) -> None:
    logged(hooked.project, Story().prompt("Do it."))
    bodies = []
    for more in (OFF, {}):
        staged(hooked)
        hooked.git("commit", "-q", *words, "-m", f"Fix\n\nbody\n{SCISSORS}\nrest", session=SESSION, **more)
        bodies.append(body(hooked))
    assert (bodies[0] == bodies[1]) == (hooked.trailer() == "")
    assert bodies[1].startswith(bodies[0])
    assert hooked.head() in {one.commit for one in hooked.settled()}


def test_a_squashed_merge_is_left_alone_and_tied(hooked: Repository) -> None:
    logged(hooked.project, Story().prompt("Do it."))
    hooked.git("checkout", "-q", "-b", "feature")
    hooked.commit("b", "Side", session="")
    hooked.git("checkout", "-q", "main")
    hooked.git("merge", "-q", "--squash", "feature")
    hooked.git("commit", "-q", "--no-edit", session=SESSION)
    assert "Squashed commit" in body(hooked)
    assert hooked.trailer() == ""
    assert [one.commit for one in hooked.settled()] == [hooked.head()]


def test_a_revert_and_a_message_from_a_file_are_given_one(hooked: Repository) -> None:
    (hooked.folder / ".git" / "said").write_text("From a file\n", "utf-8")
    staged(hooked)
    hooked.git("commit", "-q", "-F", ".git/said", session=SESSION)
    first = hooked.trailer()
    hooked.git("revert", "--no-edit", "HEAD", session=SESSION)
    assert first and hooked.trailer() not in ("", first)


def test_a_line_of_the_body_that_only_looks_like_ours_does_not_stand_for_it(hooked: Repository) -> None:
    staged(hooked)
    hooked.git("commit", "-q", "-m", f"Fix\n\nOldhand-Engram: {NAME}\n\nWords behind.", session=SESSION)
    assert hooked.trailer() not in ("", NAME)
    staged(hooked)
    hooked.git("commit", "-q", "-m", f"Fix\n\nOldhand-Engram: {NAME}", session=SESSION)  # one that is there is kept
    assert hooked.trailer() == NAME


def test_where_settings_leave_git_no_trailers_none_is_added(hooked: Repository) -> None:
    hooked.git("config", "trailer.separators", "=")
    staged(hooked)
    hooked.git("commit", "-q", "-m", "Fix", session=SESSION)
    assert body(hooked) == "Fix"


def test_the_trailers_that_a_persons_settings_name_are_not_made(hooked: Repository) -> None:
    hooked.git("config", "trailer.other.key", "Other: ")
    for way in ("command", "cmd"):
        hooked.git("config", f"trailer.other.{way}", "touch owned; echo value")
    hooked.git("config", "trailer.other.ifmissing", "add")
    staged(hooked)
    hooked.git("commit", "-q", "-m", "One", session=SESSION)
    assert hooked.trailer()
    assert "Other" not in body(hooked)
    assert not (hooked.folder / "owned").exists()


# -- the file of the message --------------------------------------------------------------------------


@pytest.fixture
def message(repository: Repository) -> Path:
    """A message in git's own folder."""
    path = repository.folder / ".git" / "COMMIT_EDITMSG"
    path.write_text("Fix\n", "utf-8")
    return path


def test_the_message_is_written_behind_and_never_over(message: Path) -> None:
    before = message.stat().st_ino
    assert add_trailer(message, NAME, HERE)
    assert message.read_text("utf-8") == f"Fix\n\nOldhand-Engram: {NAME}\n"
    assert message.stat().st_ino == before
    assert add_trailer(message, "f" * 12, HERE)  # there is one: nothing is added
    assert message.read_text("utf-8").count("Oldhand-Engram") == 1


@pytest.mark.parametrize("room", [0, 1, 20])
def test_a_disk_that_is_full_leaves_the_message_as_it_was(message: Path, room: int) -> None:
    size = message.stat().st_size
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # a process of its own, as the bound on a file's size holds for a whole process
        try:
            import resource
            import signal

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, size + room))
            os.write(write, b"yes" if add_trailer(message, NAME, HERE) else b"no")
        finally:
            os._exit(0)
    os.close(write)
    with open(read, "rb") as said:
        assert said.read() == b"no"
    os.waitpid(child, 0)
    assert message.read_bytes() == b"Fix\n"
    assert add_trailer(message, NAME, HERE)  # with room it is added


@pytest.mark.parametrize(
    ("name", "value"),
    [("GIT_CONFIG_PARAMETERS", "'core.commentChar'=';'"), ("GIT_CONFIG_KEY_0", "core.commentString"),
     ("GIT_CONFIG_PARAMETERS", "'trailer.separators=='")],
)  # fmt: skip
def test_where_comments_are_others_for_one_command_nothing_is_added(message: Path, name: str, value: str) -> None:
    assert not add_trailer(message, NAME, {**HERE, name: value})
    assert message.read_bytes() == b"Fix\n"
    assert add_trailer(message, NAME, {**HERE, name: "'user.name'='Ann'"})


def test_the_persons_own_comment_character_is_asked_for(message: Path, tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[core]\n\tcommentChar = ;\n", "utf-8")
    message.write_text("; no word\n", "utf-8")
    assert not add_trailer(message, NAME, HERE | {"HOME": str(tmp_path)})
    assert add_trailer(message, NAME, HERE)


def test_what_is_no_regular_file_is_left_and_not_waited_for(message: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("Fix\n", "utf-8")
    message.unlink()
    message.symlink_to(tmp_path / "elsewhere")
    assert not add_trailer(message, NAME, HERE)
    message.unlink()
    os.mkfifo(message)
    assert not add_trailer(message, NAME, HERE)
    message.unlink()
    assert not add_trailer(message, NAME, HERE)
    message.write_bytes(b"x" * (engram_git.LARGEST_MESSAGE + 1))
    assert not add_trailer(message, NAME, HERE)
    assert (tmp_path / "elsewhere").read_text("utf-8") == "Fix\n"


def test_without_git_nothing_is_added(message: Path) -> None:
    assert not add_trailer(message, NAME, {"PATH": "/nowhere"})
    assert message.read_bytes() == b"Fix\n"
