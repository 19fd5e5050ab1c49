"""A terminal or a pipe: colour, width, progress and questions where there is a person to see them."""

import os
import re
import sys
import time
from typing import TextIO

from oldhand.model.visible import escaped

NARROWEST, WIDEST = 40, 110  # columns: below, nothing fits; above, lines are hard to read
PIPE_COLUMNS = 100  # the width assumed where there is none
PROGRESS_SECONDS = 0.1  # between two looks of a progress line
BAR_CELLS = 20
_STYLING = re.compile(r"\x1b\[[0-9;]*m")
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def _columns() -> int:
    """The terminal's width; COLUMNS says otherwise where it is set."""
    import shutil

    return shutil.get_terminal_size((PIPE_COLUMNS, 24)).columns


class Screen:
    """Where replies are shown. Nothing stored can reach the terminal as a control sequence."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out, self._err = out, err
        self.terminal = out.isatty()
        forced = os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE")
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        self.colour = not plain and (self.terminal or bool(forced and forced != "0"))
        self.unicode = "utf" in (out.encoding or "").lower()
        self.can_ask = self.terminal and sys.stdin is not None and sys.stdin.isatty()
        self.width = PIPE_COLUMNS
        self.fit()
        self._last_progress = 0.0
        self._progress_shown = False
        self._started = time.monotonic()

    def fit(self) -> None:
        """Take the width that the terminal has now."""
        columns = _columns() if self.terminal else PIPE_COLUMNS
        self.width = max(NARROWEST, min(columns, WIDEST))

    def style(self, text: str, *styles: str) -> str:
        """`text` in colour or weight, where colour is shown."""
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"

    def symbol(self, sign: str, plain: str) -> str:
        """A sign where a terminal can show it, else its plain form."""
        return sign if self.terminal and self.unicode else plain

    def joined(self, facts: list[str], indent: str = "") -> str:
        """Facts side by side, on as many lines as the terminal's width asks for; on one line in a pipe."""
        between = self.style(self.symbol(" · ", " | "), "dim")
        if not self.terminal:
            return indent + between.join(facts)
        lines, used = [""], 0
        for fact in facts:
            wide = len(_STYLING.sub("", fact)) + 3
            if lines[-1] and used + wide > self.width:
                lines.append("")
                used = 0
            lines[-1] += (between if lines[-1] else indent) + fact
            used += wide if used else wide + len(indent)
        return "\n".join(lines)

    def wrapped(self, text: str, indent: str = "") -> str:
        """Text of a memory, safe to show: wrapped on a terminal, one line in a pipe."""
        text = escaped(text.replace("\r\n", "\n").replace("\t", " "), "\n")
        if not self.terminal:
            return indent + " ".join(text.split())
        import textwrap

        lines: list[str] = []
        for line in text.split("\n"):
            lines.extend(textwrap.wrap(line, self.width, initial_indent=indent, subsequent_indent=indent) or [""])
        return "\n".join(lines)

    def write(self, text: str) -> None:
        """Print to standard output; characters it cannot carry are escaped."""
        encoding = self._out.encoding or "utf-8"
        self._out.write(text.encode(encoding, "backslashreplace").decode(encoding))
        self._out.flush()

    def progress(self, done: int, total: int, what: str) -> None:
        """Show how far long work is, on standard error, on terminals only."""
        now = time.monotonic()
        if not self._err.isatty() or (now - self._last_progress < PROGRESS_SECONDS and done < total):
            return
        self._last_progress, self._progress_shown = now, True
        filled = BAR_CELLS * done // max(total, 1)
        bar = self.symbol("━", "#") * filled + self.symbol("─", "-") * (BAR_CELLS - filled)
        seconds = int(now - self._started)
        line = f"{what}  {bar} {done}/{total}  {seconds // 60}:{seconds % 60:02}"
        self._err.write(f"\r\x1b[K{line[: self.width]}")
        self._err.flush()

    def clear_progress(self) -> None:
        """End a progress line that was shown."""
        if self._progress_shown:
            self._err.write("\n")
            self._progress_shown = False

    def ask(self, question: str) -> bool:
        """Ask a person; anything but yes means no."""
        self._err.write(f"{question} Go on? [y/N] ")
        self._err.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes", "j", "ja", "д", "да")
