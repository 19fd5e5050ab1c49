"""English signs of decisions that are asked for."""

from oldhand.reasoning.routing_sign import DECISION, PLAIN, STRONG, WEAK, any_of, sign

CHOOSING = any_of(
    r"should",
    r"shall",
    r"prefer",
    r"which",
    r"choose",
    r"pick",
    r"use",
    r"keep",
    r"go with",
    r"take",
    r"leave",
    r"store",
    r"rewrite",
    r"build",
    r"buy",
    r"split",
)

QUESTIONS = (
    sign(
        DECISION,
        "asks whether we should",
        PLAIN,
        r"\b(?:should|shall) we\b",
        r"\b(?:should|shall) (?:it|this|that|they)\b[^?!]{0,200}\?",
        unless=(r"\b(?:what|how|where|when|why) should (?:it|this|that|they)\b",),
    ),
    sign(
        DECISION,
        "asks whether one should",
        WEAK,
        r"\b(?:should|shall) (?:i|the|there)\b",
        asked=True,
    ),
    sign(
        DECISION,
        "asks which of several",
        PLAIN,
        rf"\b{CHOOSING}\b[^?!]{{0,120}}?\bor\b",
        rf"\bor\b[^?!]{{0,120}}?\b{CHOOSING}\b",
        asked=True,
        unless=(
            r"\b(?:can|could|would|will) (?:you|someone|anyone)\b",
            r"\bhow or\b",
            r"\bor (?:not|no|so|something|any)\b",
            r"\bdo you see\b",
        ),
    ),
    sign(
        DECISION,
        "asks whether something should",
        PLAIN,
        (
            r"^(?:so |and |but |or )?should (?:(?:the|a|an|our|these|those|every|each) )?(?!i\b)[\w·./-]"
            r"{1,40} \w+"
        ),
        r"\bwhether (?:\w+ ){1,4}should\b",
        r"\bwhether to\b",
        asked=True,
    ),
    sign(
        DECISION,
        "asks one or the other",
        PLAIN,
        r"^\W{0,3}(?:[^\s?]{1,30} ){1,4}or(?: [^\s?]{1,30}){1,4} ?\?",
        unless=(
            r"^(?:can|could|would|will|what if|how|hmm|why|is there|are there|have|did)\b",
            r"\bor (?:not|no|so|something|any)\b",
        ),
    ),
    sign(
        DECISION,
        "asks with an or",
        WEAK,
        r"\bor\b",
        asked=True,
        aside=True,
        unless=(
            r"\b(?:can|could|would|will) (?:you|someone|anyone)\b",
            r"\bhow or\b",
            r"\bor (?:not|no|so|something|any)\b",
        ),
    ),
    sign(
        DECISION,
        "asks which is better",
        PLAIN,
        (
            r"\b(?:which|what)(?:'s| is| are| of|~ (?:you|we))\b~\b(?:better|best|prefer"
            r"|pick|choose|recommend|options?|alternatives?)\b"
        ),
        r"\bis [^?!]{1,40}? (?:better|nicer|cleaner|simpler|safer) ?\?",
        asked=True,
    ),
    sign(
        DECISION,
        "asks what there is to choose from",
        PLAIN,
        r"\bwhat are (?:our|my|the) (?:options|alternatives|choices)\b",
    ),
    sign(
        DECISION,
        "asks for an opinion",
        PLAIN,
        r"\bwhat do you think\b",
        r"\bdoes (?:it|that|this) (?:even )?make sense\b",
        r"\bmakes? sense to\b",
        r"\bwould you (?:pick|choose|rather|recommend|prefer)\b",
        r"\b(?:do you )?(?:agree|think we should)\b~\?",
        r"\b(?:any )?thoughts\?",
        r"\bwhat would you\b",
        r"\bnot sure (?:if|whether|that) (?:we|it'?s worth)\b",
        r"\byour (?:opinion|recommendation)\b",
    ),
    sign(
        DECISION,
        "asks whether it is worth it",
        PLAIN,
        r"\b(?:is|was|be) (?:it|this|that) (?:even |really )?(?:worth|a good (?:idea|practice))\b",
        r"\bgood (?:idea|practice)\b~\bor\b",
        r"\bworth (?:it\b|\w+ing\b)",
    ),
    sign(
        DECISION,
        "proposes by asking why not",
        STRONG,
        (
            r"\bwhy\b(?! (?:was|were|did|does)\b)[^?!]{1,80}?\b(?:and not just|and not \w+ing|instead of"
            r"|rather than|not just)\b"
        ),
        (
            r"\bwhy (?:not\b|the \w+ not\b|(?:do|are|ca|could|would|should|wo)n't (?:we"
            r"|you|it)\b|can (?:we|you) not\b|can't we\b|would (?:we|you)\b|aren't we\b)"
        ),
    ),
    sign(
        DECISION,
        "proposes by a question of denial",
        STRONG,
        r"(?<!why )\b(?:could|ca|would|should)n'?t (?:we|you)\b",
        unless=(r"\bi thought\b",),
    ),
    sign(
        DECISION,
        "proposes by asking",
        PLAIN,
        r"\b(?:could|ca|would|should)n'?t (?:it|that|this|they)\b",
        r"\b(?:could|can) (?:we|it|they) not\b",
        r"\bhow about\b",
        r"\bwhat if we\b",
        r"\bis the (?:fix|answer|solution) not\b",
        r"\bwould(?:n't)? it (?:not )?be (?:better|simpler|easier|cleaner|enough)\b",
        r"\bdo we (?:really|actually|even|still)\b",
        r"\bcan we (?:instead|rather)\b",
        asked=True,
    ),
    sign(
        DECISION,
        "asks for a reason to keep it so",
        PLAIN,
        r"\b(?:any|a) (?:good )?reason (?:for us |for |why )?(?:we |you |not |to |it )",
        unless=(r"\bwhat\b",),
    ),
    sign(
        DECISION,
        "wonders",
        PLAIN,
        r"\bi (?:still |do |also )?wonder(?:ed)?\b",
        r"\bi(?:'m| am) (?:torn|undecided|on the fence)\b",
        unless=(r"\bwonder (?:why|how come|what happened)\b",),
    ),
    sign(
        DECISION,
        "asks what speaks for and against",
        PLAIN,
        r"\btrade-?offs?\b",
        r"\bpros and cons\b",
        r"\bup- ?and downsides\b",
        r"\bdownsides?\b",
    ),
    sign(
        DECISION,
        "asks whether it is needed",
        PLAIN,
        r"\bdo we (?:need|want)\b",
        (
            r"\bis (?:it|this|that|the \w+) (?:really |even |still |actually )?(?:necessary"
            r"|needed|required|overkill)\b"
        ),
        r"\bis it (?:better|safer|ok|okay|fine) to\b",
        asked=True,
        aside=True,
    ),
)
