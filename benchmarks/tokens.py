"""Tokens: what the tools' definitions, an answer and a briefing cost an agent's context."""

from benchmarks import cues, stores
from benchmarks.measuring import ranked
from benchmarks.report import Section, Verdict, table
from benchmarks.settings import Settings
from oldhand.model.tokens import estimate
from oldhand.operation import call
from oldhand.surfaces.agent_text import rendered
from oldhand.surfaces.mcp.tools import ALL, INSTRUCTIONS, Toolbox, as_json_text

ANSWERS = 60  # cues asked
LIMIT = 5  # memories in an answer
DEFINITIONS_BUDGET = 1_500
BRIEFING_BUDGET = 500


def run(settings: Settings) -> Section:
    """Estimate the tokens of what agents are given."""
    six, every = (estimate(as_json_text(toolbox.definitions())) for toolbox in (Toolbox(), Toolbox((ALL,))))
    place = stores.kept(settings.sizes[min(1, len(settings.sizes) - 1)])
    with place.opened() as memory:
        said = [
            rendered("recall", call(memory, "recall", {"cue": cue, "limit": LIMIT}))
            for _, cue in cues.cues(place.size, ANSWERS)
        ]
        brief = estimate(rendered("brief", call(memory, "brief", {})))
        session = estimate(rendered("brief", call(memory, "brief", {"budget_tokens": BRIEFING_BUDGET})))
    answers = [float(estimate(text)) for text in said]
    nothing = [float(estimate(text)) for text in said if text.startswith("Nothing known")]
    return Section(
        "Tokens",
        "Estimated without a tokenizer (four ASCII characters or two others a token), which errs by up to a third. "
        f"Answers are those to {ANSWERS} cues at {place.size:,} memories, at most {LIMIT} memories each.",
        (
            table(
                ("what", "tokens"),
                [
                    ("`tools/list`, the six default tools", six),
                    ("`tools/list` with `--tools all`", every),
                    ("the server's instructions", estimate(INSTRUCTIONS)),
                    ("an answer, median", round(ranked(answers, 0.5))),
                    ("an answer, p95", round(ranked(answers, 0.95))),
                    ("an answer of nothing known, median", round(ranked(nothing, 0.5)) if nothing else "–"),
                    ("`brief` as it is", brief),
                    (f"`brief` within {BRIEFING_BUDGET} tokens", session),
                ],
            ),
        ),
        (
            Verdict(
                "definitions of the six tools", f"< {DEFINITIONS_BUDGET:,} tokens", f"{six:,}", six < DEFINITIONS_BUDGET
            ),
            Verdict(
                "a briefing at session start",
                f"<= {BRIEFING_BUDGET} tokens",
                f"{session:,}",
                session <= BRIEFING_BUDGET,
            ),
        ),
    )
