"""Settings: every one there is, with its type, default, limits and meaning."""

from typing import Any

from oldhand.errors import BadArgument, UnknownSetting
from oldhand.model.setting import LONGEST_PATTERNS
from oldhand.model.setting import Setting as Setting
from oldhand.model.settings_of_work import OF_WORK

LONGEST_ADDRESS = 300  # characters: real ones have fewer than 100, and the name of every vector repeats it
LONGEST_MODEL = 150  # characters: the longest names of public models have about 100
MOST_DIMENSIONS = 16_384  # numbers in a vector: four times those of the largest public models


def _address(text: str) -> str:
    from oldhand.model.address import endpoint_address  # here, because few have an endpoint and all read settings

    return endpoint_address(text)


def _model(text: str) -> str:
    from oldhand.model.address import model_name

    return model_name(text)


def _patterns(text: str) -> str:
    from oldhand.model.secret_patterns import checked  # few have patterns of their own

    return checked(text)


def _allowed(text: str) -> str:
    from oldhand.model.secret_patterns import checked_allowed

    return checked_allowed(text)


SETTINGS = (
    Setting("recall.limit", 5, "how many memories an answer holds at most", 1, 100),
    Setting("recall.budget_tokens", 1200, "how many tokens an answer may cost (estimated)", 50, 20_000),
    Setting("brief.budget_tokens", 500, "how many tokens a briefing may cost (estimated)", 50, 5_000),
    Setting("recall.floor", 30, "the least match, in hundredths, that is shown as an answer", 0, 100),
    Setting(
        "recall.global",
        "yes",
        "whether recall in a project also looks into the global memory",
        choices=("yes", "no"),
        decides="what of your own memory is told",
        guards=True,
    ),
    Setting(
        "recall.deep",
        "weak",
        "when recall asks system 2 (meanings, links): weak: when system 1 is weak; asked: only on --deep",
        choices=("weak", "asked"),
    ),
    Setting(
        "capture.automatic",
        "yes",
        "whether what sessions find is captured by itself, in a tier of its own; no: nothing of it is written",
        choices=("yes", "no"),
        project_may=("no",),
        decides="what is captured by itself",
        guards=True,
    ),
    Setting(
        "capture.quota",
        1000,
        "how many captured memories are kept in view; the least salient go",
        0,
        100_000,
        decides="what is captured by itself",
        guards=True,
    ),
    Setting(
        "capture.per_session",
        50,
        "how many new memories one session may capture",
        0,
        10_000,
        decides="what is captured by itself",
        guards=True,
    ),
    Setting("lifecycle.expired_days", 30, "days after which `prune` lists what has expired; 0: never", 0, 36_500),
    Setting(
        "lifecycle.superseded_days", 180, "days after which `prune` lists what was superseded; 0: never", 0, 36_500
    ),
    Setting(
        "lifecycle.unused_days",
        180,
        "days after which `prune` lists what was never recalled, nor said or confirmed by people; 0: never",
        0,
        36_500,
    ),
    Setting(
        "secrets.patterns",
        "",
        "patterns of secrets of your own, separated by spaces, beside those that are known",
        longest=LONGEST_PATTERNS,
        form=_patterns,
        example="ACME-[A-Z0-9]{16}",
        decides="what is kept out as a secret",
        adds=True,
        guards=True,
    ),
    Setting(
        "secrets.allow",
        "",
        "what is no secret although it looks like one: patterns, or fingerprints as marks show them",
        longest=LONGEST_PATTERNS,
        form=_allowed,
        example="demo_[a-z]{12} f3a91c04",
        project_may=(),
        decides="what is no secret",
        guards=True,
    ),
    Setting(
        "traces.keep",
        100_000,
        "how many entries the local log keeps",
        0,
        10_000_000,
        decides="what the local log keeps",
        guards=True,
    ),
    *OF_WORK,
    Setting(
        "backup.keep",
        5,
        "how many backups `oldhand backup` keeps in the store's own folder",
        1,
        1000,
        decides="how many backups are kept",
        guards=True,
    ),
    Setting(
        "review.expire_days",
        30,
        "after how many days what nobody settled leaves the review list; it stays in its standing",
        1,
        3650,
        decides="how long what waits for review is shown",
        guards=True,
    ),
    Setting(
        "files.write",
        "agents",
        "who may change the project's files with `write` and `edit`: agents too, or only a person on the command line",
        choices=("agents", "person"),
        project_may=("person",),
        decides="who may change files",
        guards=True,
    ),
    Setting(
        "serve.port", 8765, "the port of `oldhand serve` on the loopback address; 0 lets the system choose", 0, 65_535
    ),
    Setting(
        "embeddings.provider",
        "local",
        "what makes vectors of texts: the model on this machine, an endpoint that texts are sent to, or nothing",
        choices=("local", "openai", "voyage", "off"),
        project_may=("local", "off"),
    ),
    Setting(
        "embeddings.url",
        "",
        "the endpoint's address; without one, the provider's public address",
        longest=LONGEST_ADDRESS,
        form=_address,
        example="https://api.example.com/v1",
        project_may=(),
    ),
    Setting(
        "embeddings.model",
        "",
        "the endpoint's model; without one, the provider's usual model",
        longest=LONGEST_MODEL,
        form=_model,
        example="text-embedding-3-small",
        project_may=(),
    ),
    Setting(
        "embeddings.dimensions",
        0,
        "how many numbers the endpoint's vectors shall have; 0 leaves it to the model",
        0,
        MOST_DIMENSIONS,
        project_may=(),
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
    if setting.longest:
        return _free_text(setting, value)
    try:
        number = int(str(value))
    except ValueError:
        raise BadArgument(name, value, f"it is a whole number from {setting.low} to {setting.high}") from None
    if not setting.low <= number <= setting.high:
        raise BadArgument(name, value, f"it is a whole number from {setting.low} to {setting.high}")
    return number


def _free_text(setting: Setting, value: Any) -> str:
    """A text in its one form. Raises BadArgument with what is accepted."""
    from oldhand.model.address import shown_safely

    if not isinstance(value, str):
        raise BadArgument(setting.name, value, "it is a text")
    if len(value) > setting.longest:
        said = f"it has {len(value)} characters; at most {setting.longest} are accepted"
        raise BadArgument(setting.name, shown_safely(value), said)
    try:
        return setting.form(value)
    except ValueError as error:
        raise BadArgument(setting.name, shown_safely(value), str(error)) from None
