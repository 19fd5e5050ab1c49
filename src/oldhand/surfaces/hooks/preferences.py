"""The settings that a hook goes by, and the day's level of tokens, read without what `Memory` takes to import.

A test holds them to `Memory.setting`: the person's file counts, and the project's where it may ask for less.
"""

from oldhand.model.plain_json import parsed
from oldhand.surfaces.hooks.places import small_file
from oldhand.surfaces.hooks.spooling import SPOOL

SETTINGS_FILE = "settings.json"
ESCAPE = b"\\u"  # in JSON, by which a name may be written in other letters than its own
LARGEST = 65_536  # bytes of a settings file
POLICIES = ("silent", "reminders", "questions")  # of hooks.prompt, each telling more than the one before
ACTIONS = ("tell", "silent")  # of hooks.actions
HUNDRED = 100
TOKENS = "tokens.json"  # in the spool's folder: what today's tokens come to
OVER = "over"
DAY_MS = 86_400_000


def _said(folder: str, name: str) -> object:
    raw = small_file(f"{folder}/{SETTINGS_FILE}", LARGEST)
    if name.encode() not in raw and ESCAPE not in raw:
        return None
    try:
        said = parsed(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return None  # `doctor` names the broken file
    return said.get(name) if isinstance(said, dict) else None


def prompt_policy(home: str, store: str) -> str:
    """The setting hooks.prompt."""
    mine, projects = _said(home, "hooks.prompt"), _said(store, "hooks.prompt")
    if projects in POLICIES[:2]:
        return str(projects)
    return str(mine) if mine in POLICIES else POLICIES[-1]


def speaks_at_actions(home: str, store: str) -> bool:
    """Whether the setting hooks.actions lets hooks speak at actions."""
    mine, projects = _said(home, "hooks.actions"), _said(store, "hooks.actions")
    return projects != ACTIONS[1] and mine != ACTIONS[1]


def holdout_percent(home: str) -> int:
    """The setting hooks.holdout_percent, which only the person's own file gives."""
    said = _said(home, "hooks.holdout_percent")
    return said if type(said) is int and 0 <= said <= HUNDRED else 0


def quieted(home: str, store: str) -> "dict[str, tuple[str, int, int]]":
    """The memories that answers to the survey called noise, as `store.survey_file` keeps them; mostly none."""
    from oldhand.store.survey_file import read

    quiet = read(store).quiet
    off = quiet and "no" in (_said(home, "survey.tuning"), _said(store, "survey.tuning"))
    return {} if off else quiet


def over_the_cap(store: str, now_ms: int) -> bool:
    """Whether today's tokens are more than the person's cap, so that memory says only what it must."""
    raw = small_file(f"{store}/{SPOOL}/{TOKENS}", LARGEST)
    if OVER.encode() not in raw:
        return False
    try:
        said = parsed(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return False
    from time import gmtime, strftime

    today = strftime("%Y-%m-%d", gmtime(now_ms // 1000))
    return isinstance(said, dict) and said.get("level") == OVER and said.get("day") == today
