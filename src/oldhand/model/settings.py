"""Settings: every one there is, with its type, default, limits and meaning."""

from collections.abc import Callable
from typing import Any, NamedTuple

from oldhand.errors import BadArgument, UnknownSetting

LONGEST_ADDRESS = 300  # characters: real ones have fewer than 100, and the name of every vector repeats it
LONGEST_MODEL = 150  # characters: the longest names of public models have about 100
LONGEST_PATTERNS = 4000  # characters: 50 patterns of 80
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


def _prices(text: str) -> str:
    from oldhand.model.prices import checked  # few have prices

    return checked(text)


class Setting(NamedTuple):
    """One setting: a whole number between `low` and `high`, one of `choices`, or free text.

    longest: the most characters of free text (0: it is no free text); form: puts free text into its
    one form, or raises ValueError with what is accepted; example: what free text may look like.
    project_may: the values that a project's file may give, where it may not give any. Everything else
    counts only in the person's own file, because a project's folder may come from anybody. decides: what
    such a setting decides, in words. adds: what a project's file gives is added to the person's own and cannot
    take its place. guards: it guards the person, so that no agent changes it, not even to be stricter: nobody would
    know what the person had chosen.
    """

    name: str
    default: Any
    help: str
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    longest: int = 0
    form: Callable[[str], str] = str
    example: str = ""
    project_may: tuple[str, ...] | None = None
    decides: str = "where texts are sent"
    adds: bool = False
    guards: bool = False

    @property
    def accepts(self) -> str:
        """What values the setting takes, in words."""
        if self.choices:
            return " or ".join(self.choices)
        if self.longest:
            return f"nothing or up to {self.longest} characters such as {self.example}"
        return f"{self.low} to {self.high}"

    def counts(self, value: Any, place: str) -> bool:
        """Whether a value that a file of `place` (project or person) gives is honoured."""
        return place == "person" or self.project_may is None or value in self.project_may


def _switch(name: str, help: str, decides: str) -> Setting:  # noqa: A002 - the field's name
    """A switch that is on, that a project may only switch off, and that no agent changes."""
    choices = ("yes", "no")
    return Setting(name, "yes", help, choices=choices, project_may=("no",), decides=decides, guards=True)


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
    Setting(
        "sessions.keep_days",
        90,
        "how many days the local log of sessions keeps a session after its end; 0: for good",
        0,
        36_500,
        decides="what the local log of sessions keeps",
        guards=True,
    ),
    Setting(
        "sessions.keep_mib",
        512,
        "how large the local log of sessions may become, in MiB; the oldest sessions go; 0: as large as it likes",
        0,
        1_000_000,
        decides="what the local log of sessions keeps",
        guards=True,
    ),
    _switch(
        "sessions.follow",
        "whether the transcript of a session that hooks told of is read for what no hook is told (tokens, exit codes)",
        "what is read of sessions",
    ),
    Setting(
        "continuity.days",
        14,
        "for how many days of the memory's own time a handoff is told at the opening of a session; 0: never",
        0,
        3650,
    ),
    Setting(
        "hooks.prompt",
        "questions",
        "what hooks answer at a prompt: nothing; reminders that are due; these and questions put to the memory itself",
        choices=("silent", "reminders", "questions"),
        project_may=("silent", "reminders"),
        decides="what agents are told unasked",
        guards=True,
    ),
    Setting(
        "hooks.actions",
        "tell",
        "whether hooks tell what concerns a file or a command before it is touched or run",
        choices=("tell", "silent"),
        project_may=("silent",),
        decides="what agents are told unasked",
        guards=True,
    ),
    Setting(
        "hooks.holdout_percent",
        0,
        "in how many of a hundred sessions hooks keep silent, so that `holdout` can tell whether memory helps here",
        0,
        100,
        project_may=(),
        decides="in which sessions memory keeps silent",
        guards=True,
    ),
    _switch(
        "survey.tuning",
        "whether answers to `session survey` move memories a little in recall and silence what was called noise",
        "what answers to the survey change",
    ),
    Setting(
        "tokens.daily_cap",
        0,
        "how many tokens agents may use in this project in a day before memory says less; 0: no cap",
        0,
        1_000_000_000,
        decides="how much memory says on a costly day",
        guards=True,
    ),
    Setting(
        "engrams.strategy",
        "per-commit",
        "when git's hooks make engrams: one for each commit, one for each session, by `engram save` alone, or never",
        choices=("per-commit", "per-session", "manual", "off"),
        project_may=("manual", "off"),
        decides="what is kept of sessions",
        guards=True,
    ),
    _switch(
        "engrams.trailer",
        "whether a commit that an agent makes is given a trailer that names its engram",
        "what is written into commit messages",
    ),
    Setting(
        "engrams.keep_days",
        90,
        "how many days the transcript of an engram is kept on this machine; 0: for good",
        0,
        36_500,
        decides="how long transcripts are kept",
        guards=True,
    ),
    Setting(
        "engrams.keep_mib",
        512,
        "how much room the transcripts of engrams may take, in MiB; the oldest go; 0: as much as they like",
        0,
        1_000_000,
        decides="how long transcripts are kept",
        guards=True,
    ),
    Setting(
        "engrams.prices",
        "",
        "what a million tokens cost you, so that engrams tell costs: MODEL=INPUT/OUTPUT/CACHE_READ/CACHE_WRITTEN",
        longest=LONGEST_PATTERNS,
        form=_prices,
        example="gpt-5=1.25/10/0.125/0",
        project_may=(),
        decides="what costs are told",
    ),
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
