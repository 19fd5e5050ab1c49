"""Fingerprints: the same secret has the same one for a person, and nobody learns the value from it."""

import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path

import pytest

from oldhand.errors import SecretFound
from oldhand.knowledge import redaction
from oldhand.knowledge.redaction import KEY_FILE, Screening, article, fingerprint, summary
from oldhand.memory import Memory
from oldhand.operation import call
from tests.conftest import Project

TOKEN = "gh" + "p_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
OTHER = "gh" + "p_" + "Z9y8X7w6V5u4T3s2R1q0P9o8N7m6L5k4J3h2"
AT_ONCE = """
import sys, time
from pathlib import Path
from oldhand.knowledge.redaction import fingerprint
home, until = Path(sys.argv[1]), float(sys.argv[2])
while time.time() < until:
    pass
print(fingerprint(home, "value"))
"""


def test_repeats_are_recognised_and_values_differ(tmp_path: Path) -> None:
    one, two = Screening(home=tmp_path), Screening(home=tmp_path)
    assert one.clean(f"a {TOKEN}") == two.clean(f"a {TOKEN}") != two.clean(f"a {OTHER}")
    assert [found.kind for found in two.found] == ["GitHub token"] * 2


def test_the_key_is_the_persons_alone_and_made_once(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    name = fingerprint(home, TOKEN)
    file = home / KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600 and home.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in home.iterdir()] == [KEY_FILE], "no half-made file is left"
    key = bytes.fromhex(file.read_text())
    assert name == hmac.new(key, TOKEN.encode(), hashlib.sha256).hexdigest()[:8] == fingerprint(home, TOKEN)
    assert name != hashlib.sha256(TOKEN.encode()).hexdigest()[:8]


def test_another_person_has_other_fingerprints(tmp_path: Path) -> None:
    assert fingerprint(tmp_path / "one", TOKEN) != fingerprint(tmp_path / "two", TOKEN)


def test_processes_that_begin_at_once_have_one_key(tmp_path: Path) -> None:
    import time

    until = str(time.time() + 1.0)
    running = [
        subprocess.Popen([sys.executable, "-c", AT_ONCE, str(tmp_path), until], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = {process.communicate(timeout=60)[0] for process in running}
    assert len(said) == 1 and said != {""}


@pytest.mark.parametrize("content", [b"", b"no key", b"ab" * 31, b"\x00" * 65])
def test_a_broken_key_is_left_alone_and_secrets_are_kept_out(content: bytes, tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    redaction._keys.pop(tmp_path, None)
    assert TOKEN not in Screening(home=tmp_path).clean(TOKEN)
    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_a_home_that_cannot_be_written_still_keeps_secrets_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert TOKEN not in Screening(home=tmp_path / "file" / "home").clean(TOKEN)


def test_nothing_is_made_where_no_secret_is_met(project: Project) -> None:
    project.call("remember", text="Deploys go to Frankfurt.")
    project.call("recall", cue="deploys")
    assert not (project.home / KEY_FILE).exists()


def test_a_refusal_counts_and_names_the_next_step(project: Project) -> None:
    with pytest.raises(SecretFound) as refused:
        project.call("remember", text=f"Either {TOKEN} or {OTHER}, password: s0mmer-Nacht7")
    assert str(refused.value) == (
        "Not remembered: this contains a GitHub token (2), a password (1). Say it without the secret, "
        "or --redact to keep the sentence with the secret replaced."
    )
    with pytest.raises(SecretFound, match=r"'tags' contains a GitHub token .* Give one without a secret"):
        project.call("remember", text="A sentence.", tags=[TOKEN], redact=True)
    assert project.call("status").memories == 0


def test_what_was_asked_to_be_replaced_is_found_by_the_same_secret(project: Project) -> None:
    project.call("remember", text=f"CI deploys with {TOKEN}.", redact=True)
    project.call("remember", text=f"The mirror is read with {OTHER}.", redact=True)
    items = project.call("recall", cue=f"what is {TOKEN} for?").items
    assert items and items[0].text.startswith("CI deploys with [GitHub token …")


def test_a_question_with_a_secret_is_kept_and_asked_again_without_it(project: Project) -> None:
    project.call("remember", text="The gateway token rotates monthly.")
    trace = project.call("recall", cue=f"gateway token {TOKEN}").trace
    again = project.call("replay", trace=trace)
    assert TOKEN not in repr(again) and "[GitHub token …" in repr(again)


def test_the_wish_to_replace_does_not_outlast_its_call(project: Project) -> None:
    project.call("remember", text=f"It is {TOKEN}.", redact=True)
    with pytest.raises(SecretFound):
        project.call("remember", text=f"Again it is {TOKEN}.")


def test_health_can_tell_how_many_were_left_out(project: Project) -> None:
    project.call("remember", text=f"One: {TOKEN}.", redact=True)
    project.call("remember", text=f"Two: {TOKEN} and {OTHER}.", redact=True)
    (project.root / "README.md").write_text(f"# Shop\n\nThe shop is deployed with {OTHER} by CI.\n", "utf-8")
    assert project.call("init").redacted == ["README.md:3"]
    with project.memory.reading() as reader:
        told = summary(reader)
    assert (told.total, told.different, told.by_kind) == (4, 2, {"GitHub token": 4})
    assert told.by_origin == {"python": 3, "repo": 1}


def test_an_export_with_secrets_comes_in_without_the_memories_that_hold_them(
    project: Project, make_project: "object", tmp_path: Path
) -> None:
    class Unscreened(Memory):
        def finder(self) -> "object":  # type: ignore[override]
            return lambda text: []

    with Unscreened(project.root, project.home, trust="user") as memory:
        call(memory, "remember", {"text": f"CI deploys with {TOKEN}."})
        call(memory, "remember", {"text": "Deploys go to Frankfurt."})
        kept = call(memory, "remember", {"text": "The gateway is not idempotent."}).memories[0].id
        bad = call(memory, "remember", {"text": "Retries are dangerous."}).memories[0].id
        call(memory, "dispute", {"name": bad, "reason": f"see {OTHER}"})
        call(memory, "link", {"source": kept, "relation": "depends_on", "target": bad})
        call(memory, "export", {"file": "old.jsonl"})
    other = make_project("other")  # type: ignore[operator]
    (other.root / "old.jsonl").write_bytes((project.root / "old.jsonl").read_bytes())
    assert TOKEN in (other.root / "old.jsonl").read_text(), "the control: the export holds it"
    with Memory(other.root, other.home, trust="user") as memory:
        done = call(memory, "import", {"file": "old.jsonl"})
        assert (done.new, done.secrets) == (2, 2) and bad[:12] in done.notes[0]
        again = call(memory, "import", {"file": "old.jsonl"})
        assert (again.new, again.same, again.secrets, again.events) == (0, 2, 2, 0)
    for file in other.folder.iterdir():
        data = file.read_bytes() if file.is_file() else b""
        assert TOKEN.encode() not in data and OTHER.encode() not in data


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("AWS access key", "an"),
        ("GitHub token", "a"),
        ("SAS signature", "an"),
        ("npm token", "a"),
        ("age key", "an"),
        ("password", "a"),
        ("JFrog token", "a"),
        ("OpenAI key", "an"),
        ("PGP private key", "a"),
        ("1Password token", "a"),
    ],
)
def test_a_kind_is_told_with_its_article(kind: str, said: str) -> None:
    assert article(kind) == said


def test_jsonl_is_refused_whole_with_the_number_of_the_line(project: Project) -> None:
    lines = "\n".join(json.dumps({"text": text}) for text in ("Fine.", f"Not fine: {TOKEN}"))
    with pytest.raises(Exception, match=r"Line 2 .*GitHub token"):
        project.call("remember", jsonl=lines)
    assert project.call("status").memories == 0
