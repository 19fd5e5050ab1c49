"""Settings of what agents do and are told: sessions, hooks, engrams, and checks of decisions."""

from oldhand.model.setting import LONGEST_PATTERNS, Setting, switch


def _prices(text: str) -> str:
    from oldhand.model.prices import checked  # few have prices

    return checked(text)


def _policy(text: str) -> str:
    from oldhand.model.safety_policy import checked  # few have a policy

    return checked(text)


OF_WORK = (
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
    switch(
        "sessions.follow",
        "whether the transcript of a session that hooks told of is read for what no hook is told (tokens, exit codes)",
        "what is read of sessions",
    ),
    switch(
        "outcomes.automatic",
        "whether what became of decisions is looked up by itself, while nobody waits; no: by `outcomes update` alone",
        "what is derived of decisions by itself",
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
    switch(
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
    switch(
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
        "safety.policy",
        "advise",
        "what is done about signs of bias when a decision is recorded: advise, ask, block or off; CHECK=POLICY for one",
        longest=LONGEST_PATTERNS,
        form=_policy,
        example="advise unbacked-confidence=block:agents",
        project_may=(),
        decides="whether a decision is recorded",
        guards=True,
    ),
    Setting(
        "safety.most",
        2,
        "how many signs of bias are told of one decision, the most precise first; 0: none",
        0,
        10,
        decides="what is told of decisions",
        guards=True,
    ),
    Setting(
        "safety.cooldown_hours",
        24,
        "for how many hours a check that was told is not told again to the same speaker about the same part",
        0,
        8760,
    ),
)
