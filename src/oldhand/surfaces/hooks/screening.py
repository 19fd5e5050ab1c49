"""Keeping secrets out of what a hook writes: everything is screened before it touches the disk.

Most texts hold nothing that could begin a secret, which `secret_hints` tells at once; the rest is screened in full.
"""

from oldhand.model.excerpt import masked
from oldhand.model.secret_hints import none_in
from oldhand.surfaces.hooks.places import small_file

TYPE_CHECKING = False  # as checkers know it: importing `typing` takes longer than a hook may take
if TYPE_CHECKING:
    from oldhand.model.excerpt import Finder, Found

SETTINGS_FILE = "settings.json"
LARGEST_SETTINGS = 65_536  # bytes
OWN_PATTERNS = b"secrets."  # settings with patterns of one's own


class Screen:
    """What keeps secrets out for one hook. home, store: the folders whose settings may bring patterns of their own."""

    def __init__(self, home: str, store: str) -> None:
        self._files = (f"{home}/{SETTINGS_FILE}", f"{store}/{SETTINGS_FILE}")
        self._home, self._store = home, store
        self._own: bool | None = None
        self._finder: Finder | None = None

    def clean(self, text: str) -> str:
        """The text with every secret replaced by a mark."""
        found = self.find(text)
        return masked(text, found) if found else text

    def find(self, text: str) -> "Found":
        """The secrets in a text, in order, none inside another."""
        if not text:
            return ()
        if self._own is None:
            self._own = any(OWN_PATTERNS in small_file(path, LARGEST_SETTINGS) for path in self._files)
        if not self._own and none_in(text):
            return ()
        if self._finder is None:
            self._finder = self._known()
        return self._finder(text)

    def _known(self) -> "Finder":
        """What finds secrets: with patterns of the person's own where there are some."""
        if not self._own:
            from oldhand.model.secrets import find

            return find
        from pathlib import Path

        from oldhand.memory import Memory

        with Memory(Path(self._store).parent, Path(self._home), store=Path(self._store)) as memory:
            return memory.finder()
