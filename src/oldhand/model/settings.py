"""Settings: every one there is, with its type, default, limits and meaning."""

from typing import Any, NamedTuple

from oldhand.errors import BadArgument, UnknownSetting


class Setting(NamedTuple):
    """One setting: a whole number between `low` and `high`, or one of `choices`, or free text."""

    name: str
    default: Any
    help: str
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()


SETTINGS = (
    Setting("recall.limit", 5, "how many memories an answer holds at most", 1, 100),
    Setting("recall.budget_tokens", 1200, "how many tokens an answer may cost (estimated)", 50, 20_000),
    Setting("brief.budget_tokens", 500, "how many tokens a briefing may cost (estimated)", 50, 5_000),
    Setting("recall.floor", 30, "the least match, in hundredths, that is shown as an answer", 0, 100),
    Setting(
        "recall.global", "yes", "whether recall in a project also looks into the global memory", choices=("yes", "no")
    ),
    Setting("traces.keep", 100_000, "how many entries the local log keeps", 0, 10_000_000),
    Setting("backup.keep", 5, "how many backups `oldhand backup` keeps in the store's own folder", 1, 1000),
    Setting(
        "serve.port", 8765, "the port of `oldhand serve` on the loopback address; 0 lets the system choose", 0, 65_535
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def known(name: str) -> Setting:
    """The setting called `name`. Raises UnknownSetting, naming a close one."""
    if name not in BY_NAME:
        from difflib import get_close_matches

        close = get_close_matches(name, BY_NAME, 1)
        raise UnknownSetting(name, f" Did you mean '{close[0]}'?" if close else "")
    return BY_NAME[name]


def checked(name: str, value: Any) -> Any:
    """`value` as the setting's type. Raises UnknownSetting or BadArgument with what is accepted."""
    setting = known(name)
    if setting.choices:
        if str(value) in setting.choices:
            return str(value)
        raise BadArgument(name, value, f"it is one of {', '.join(setting.choices)}")
    try:
        number = int(str(value))
    except ValueError:
        raise BadArgument(name, value, f"it is a whole number from {setting.low} to {setting.high}") from None
    if not setting.low <= number <= setting.high:
        raise BadArgument(name, value, f"it is a whole number from {setting.low} to {setting.high}")
    return number
