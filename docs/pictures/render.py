"""Draw real terminal sessions as SVG: `python docs/pictures/render.py` (needs jq).

The commands run in a copy of the example project of the documentation's tests, on a pseudo-terminal,
with an empty home. What they print is drawn as it is; nothing is written by hand.
"""

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from html import escape
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "tests" / "docs" / "fixtures" / "shop"
SESSION = (
    "oldhand init",
    'oldhand recall "why do we not retry payments" --limit 2',
    'oldhand remember "Postgres listens on 5432 in CI" --key ci/postgres-port',
    'oldhand remember "Postgres listens on 5433 in CI" --key ci/postgres-port',
    'oldhand recall "which port does Postgres use in CI"',
    'oldhand recall "kubernetes ingress"',
)
TOLD = "jq -r .hookSpecificOutput.additionalContext"
HOOKS = (
    "oldhand install --client claude",
    'oldhand gotcha "A push to main deploys at once." --resolution "push a branch" --trigger "command:git push"',
    "jq -c .tool_input push.json",
    f"oldhand hook claude PreToolUse < push.json | {TOLD}",
    "jq -c .tool_input test.json",
    "oldhand hook claude PreToolUse < test.json",
    f"oldhand hook claude SessionStart < start.json | {TOLD}",
    "oldhand session list",
    "oldhand uninstall",
)
PICTURES = {"session.svg": SESSION, "hooks.svg": HOOKS}
# What a host tells its hooks in HOOKS: the name of the file, and what is in it beside the session and the folder.
PAYLOADS: dict[str, dict[str, object]] = {
    "push": {"tool_name": "Bash", "tool_use_id": "1", "tool_input": {"command": "git push origin main"}},
    "test": {"tool_name": "Bash", "tool_use_id": "2", "tool_input": {"command": "pytest -q"}},
    "start": {"source": "startup"},
}
COLUMNS, ROWS = 120, 40  # of the terminal
CELL_WIDTH, LINE_HEIGHT, FONT_SIZE, MARGIN = 8.4, 20, 14, 18
BACKGROUND, FOREGROUND = "#16181d", "#d6d8dc"
COLOURS = {"31": "#f2777a", "32": "#7bc77e", "33": "#e5b567", "36": "#6fc1c9"}
FONT = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_OTHER = re.compile(r"\x1b\[[0-9;?]*[A-Za-ln-z]")


class Span(NamedTuple):
    """Text of one look: its SGR codes, joined by semicolons."""

    text: str
    codes: str


def recorded(session: tuple[str, ...]) -> list[str]:
    """The lines of a session, prompts included, with the escape sequences that a terminal gets."""
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place) / "shop", Path(place) / "home"
        shutil.copytree(EXAMPLE, folder)
        home.mkdir()
        (Path(place) / ".claude").mkdir()
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "HOME": place, "OLDHAND_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1",
        }  # fmt: skip
        subprocess.run(["git", "init", "--quiet", "."], cwd=folder, env=environment, check=True)
        if session is HOOKS:
            subprocess.run(["oldhand", "init"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
            for name, said in PAYLOADS.items():
                payload = {"session_id": "5f1c0001", "cwd": str(folder), **said}
                (folder / f"{name}.json").write_text(json.dumps(payload), encoding="utf-8")
        for command in session:
            lines += [""] if lines else []
            lines.append(f"\x1b[2m$\x1b[0m \x1b[1m{command}\x1b[0m")
            printed = on_terminal(command, folder, environment).replace(place, "~").rstrip("\n")
            lines += [settled(line) for line in printed.split("\n")] if printed else []
    return [part for line in lines for part in wrapped(line)]


def on_terminal(command: str, folder: Path, environment: dict[str, str]) -> str:
    """What a command prints on a terminal of COLUMNS by ROWS."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    running = subprocess.Popen(
        ["bash", "-c", command], cwd=folder, env=environment, stdin=child, stdout=child, stderr=child
    )
    os.close(child)
    printed = b""
    while True:
        try:
            chunk = os.read(parent, 65_536)
        except OSError:  # Linux says so when the other side has closed
            break
        if not chunk:
            break
        printed += chunk
    os.close(parent)
    if running.wait():
        raise SystemExit(f"'{command}' failed: {printed.decode('utf-8', 'replace')}")
    return printed.decode().replace("\r\n", "\n")


def settled(line: str) -> str:
    """A line as it stays: what a carriage return wrote over is gone."""
    return _OTHER.sub("", line.rsplit("\r", 1)[-1])


def spans(line: str) -> list[Span]:
    """A line cut where its look changes."""
    found, codes, at = [], "", 0
    for match in _SGR.finditer(line):
        if match.start() > at:
            found.append(Span(line[at : match.start()], codes))
        codes = "" if match[1] in ("", "0") else match[1]
        at = match.end()
    if at < len(line):
        found.append(Span(line[at:], codes))
    return found


def wrapped(line: str) -> list[str]:
    """A line broken where the terminal's last column is, as a terminal does it."""
    parts, room = [""], COLUMNS
    for text, codes in spans(line):
        while text:
            if not room:
                parts.append("")
                room = COLUMNS
            parts[-1] += f"\x1b[{codes}m{text[:room]}\x1b[0m" if codes else text[:room]
            text, room = text[room:], room - len(text[:room])
    return parts


def drawn(lines: list[str]) -> str:
    """The lines as an SVG picture."""
    width = round(COLUMNS * CELL_WIDTH + 2 * MARGIN)
    height = len(lines) * LINE_HEIGHT + 2 * MARGIN
    rows = []
    for number, line in enumerate(lines):
        y = MARGIN + (number + 1) * LINE_HEIGHT - 5
        column, parts = 0, []
        for text, codes in spans(line):
            parts.append(f'<tspan x="{MARGIN + column * CELL_WIDTH:.1f}"{_look(codes)}>{escape(text)}</tspan>')
            column += len(text)
        if parts:
            rows.append(f'<text y="{y}" xml:space="preserve">{"".join(parts)}</text>')
    said = escape(re.sub(r"\x1b\[[0-9;]*m", "", lines[0] if lines else ""))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f"<title>A terminal session that begins with {said}</title>\n"
        f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>\n'
        f'<g font-family="{FONT}" font-size="{FONT_SIZE}" fill="{FOREGROUND}">\n' + "\n".join(rows) + "\n</g>\n</svg>\n"
    )


def _look(codes: str) -> str:
    said = ""
    for code in codes.split(";"):
        if code == "1":
            said += ' font-weight="bold"'
        elif code == "2":
            said += ' opacity="0.6"'
        elif code in COLOURS:
            said += f' fill="{COLOURS[code]}"'
    return said


def main() -> int:
    """Write the pictures of the README."""
    for name, session in PICTURES.items():
        (HERE / name).write_text(drawn(recorded(session)), encoding="utf-8")
        sys.stdout.write(f"wrote {HERE / name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
