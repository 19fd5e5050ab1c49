"""English signs of lessons, of orders, and of help that is asked for."""

from oldhand.reasoning.routing_sign import HELP, LEARNING, PLAIN, STRONG, TACTICAL, WEAK, any_of, sign

FAULT = any_of(
    r"fail\w*",
    r"error\w*",
    r"crash\w*",
    r"bugs?",
    r"broke\w*",
    r"breaks?",
    r"wrong\w*",
    r"slow\w*",
    r"flaky",
    r"panic\w*",
    r"stale",
    r"incorrect\w*",
    r"leak\w*",
    r"reject\w*",
    r"mangled",
    r"missed",
    r"lost",
    r"stuck",
    r"skipped",
    r"dropped",
    r"ignored",
    r"freez\w*",
    r"timeouts?",
    r"timed out",
    r"times out",
    r"duplicate\w*",
    r"misalign\w*",
    r"invalid\w*",
    r"silently",
    r"exposed",
    r"misleading",
    r"hang\w*",
    r"hung",
    r"corrupt\w*",
    r"unexpected\w*",
    r"accumulat\w*",
    r"race condition",
    r"regression",
    r"mismatch\w*",
    r"warnings?",
    r"exceptions?",
    r"issues?",
    r"problems?",
    r"not (?:be )?found",
    r"undefined",
    r"harder",
    r"deadlock\w*",
    r"inconsistent\w*",
)

LESSONS = (
    sign(
        LEARNING,
        "asks why",
        STRONG,
        (
            r"\bwhy (?:is|are|was|were|am|do|does|did|has|have|had|isn't|aren't|doesn't"
            r"|didn't|wasn't) (?!we not\b)"
        ),
        (
            r"(?:^|[,;:()\-] ?|\b(?:so|and|but|or|how|explain|me|out|understand|wondering"
            r"|know|idea|wonder|investigate|first|also|analy[sz]e|wtf|of|uhh|exactly)[ .\u2026]{1,4})why\b(?! not"
            r"\b| can'?t we\b| don'?t we\b| aren'?t we\b| would (?:we|you)\b| would(?:n't)? it\b"
            r"| (?:can|could) we not\b| \S+, not\b| post| sub)"
        ),
        unless=(
            (
                r"\bwhy\b(?! (?:was|were|did|does)\b)[^?!]{1,80}?\b(?:and not just|and not \w+ing|instead of"
                r"|rather than|not just)\b"
            ),
            r"\bwhy the \w+ not\b",
            r"^why \S+(?: \S+)?, not",
            r"\b(?:helps|help (?:users|people|them|others|readers)) [^?!]{0,40}why\b",
            r"^why (?!it works|it fails|this fails|did|do|does|is|are|was|were)\w+(?: \w+){0,3}:",
            r"\binto why\b",
            r"\b(?:hard|harder|difficult|easy|easier) to \w+ why\b",
            r"[\\x22'*]why[\\x22'*]",
            r"\bwhy (?:not|this is needed)\b",
            r"\bwhy (?:do|are|ca|could|would|should|wo)n't (?:we|you)\b",
            r"\bwhy (?:would|should|are) (?:we|you) (?!seeing|getting)",
            r"\bhow, why\b",
            r"\bwhat and why\b",
            r"\bwhy[*_]{0,3}:",  # a heading, under which reasons are given
            r"\bwhat and the why\b",
        ),
    ),
    sign(
        LEARNING,
        "asks for the cause",
        PLAIN,
        r"\bhow come\b",
        r"\bwhat (?:happened|went wrong|caused|causes|is causing|made)\b",
        r"\bis (?:it|this|that) because\b",
        (
            r"\b(?:a|the|any|what's the|for what) (?:reason|good explanation|explanation) (?:the"
            r"|why|this|that|for)\b"
        ),
        r"\bwhere do (?:these|those) ~ come from\b",
        r"\bwould explain\b",
        r"\bwhat did we learn\b",
        r"\bwhat was (?:useful|the (?:reason|cause))\b",
        r"\binvestigate why\b",
        r"\bwhat(?:'s| is) (?:going wrong|wrong (?:with|here|there))\b",
    ),
    sign(
        LEARNING,
        "asks why it is not as it should",
        PLAIN,
        (
            r"\bshould (?:have|make|be)\b[^?!]{0,100}?\bbut (?:it |they |that )?(?:doesn'?t"
            r"|didn'?t|does not|isn'?t|still)\b"
        ),
        r"\bi thought (?:we|i|that|it)\b",
    ),
    sign(
        LEARNING,
        "asks whether this is the cause",
        PLAIN,
        r"\bis [^?!]{1,40}? the (?:problem|issue|cause|culprit|reason)\b",
        (
            r"\bis (?:it|this|that) (?:(?:just )?(?:a|an|the)\b[^?!]{1,40}?\b(?:problem"
            r"|issue|bug|race|regression|cause|reason|culprit)|due to|related to|caused by)\b"
        ),
        asked=True,
    ),
    sign(
        LEARNING,
        "guesses a reason",
        PLAIN,
        r"\b(?:because|due to)\b",
        asked=True,
        aside=True,
        unless=(
            r"\b(?:should|could|can|shall|would|or is|we|better|why not)\b[^?!]{0,80}\bbecause\b",
            r"\bis (?:it|this|that) because\b",
        ),
    ),
    sign(
        LEARNING,
        "thinks it is because",
        PLAIN,
        (
            r"\bi (?:guess|think|assume|suspect|believe)(?: it'?s| this is| that'?s| that is)? (?:just )?("
            r"?:because|due to|related)\b"
        ),
        r"\b(?:play|plays|played) a role\b",
        r"\bsource of (?:bugs|errors|problems|trouble)\b",
        r"\bfound the (?:issue|problem|bug|cause|culprit)\b",
    ),
    sign(
        LEARNING,
        "asks how it can be",
        PLAIN,
        (
            r"\bhow (?:is it possible|can (?:it|this|that) be|did (?:it|this|that|we) (?:happen"
            r"|end up|get)|could (?:it|this|that) (?:have |still )?(?:happen\w*|be)|would (?:they"
            r"|it|this) (?:end up|happen))\b"
        ),
        asked=True,
    ),
    sign(
        LEARNING,
        "asks how it went",
        PLAIN,
        r"\bhow did ~ (?:go|work out|turn out|do)\b",
        r"\bdid ~ (?:actually |really )?(?:help|work|pay off)\b",
        asked=True,
    ),
    sign(
        LEARNING,
        "names the cause of a fault",
        PLAIN,
        rf"\b{FAULT}\b[^?!]{{0,160}}?\b(?:because|since|due to|as a result of|caused by)\b",
        rf"\b(?:because|since|due to)\b[^?!]{{0,160}}?\b{FAULT}\b",
        aside=True,
        unless=(
            r"^(?:can|could) you\b",
            r"\bif\b[^?!]{0,80}(?:due to|because)",
            r"\b(?:would|will) (?:\w+ )?fail\b",
            r"^(?:don'?t|do not)\b",
        ),
    ),
    sign(
        LEARNING,
        "says what caused it",
        WEAK,
        r"\b(?:which |that |this )?(?:was |were |is )?caus(?:ed|es|ing)\b",
        r"\bleading to\b",
        r"\bresult(?:s|ed|ing) in\b",
        r"\bcascades?\b",
        r"\bthat breaks\b",
        r"\b(?:this|which|that) means\b",
        r"\bdue to\b",
        aside=True,
    ),
    sign(
        LEARNING,
        "speaks of a fault",
        WEAK,
        rf"\b{FAULT}\b",
        aside=True,
    ),
    sign(
        LEARNING,
        "gives a cause",
        WEAK,
        r"\b(?:because|since)\b",
        aside=True,
        unless=(
            r"^(?:can|could|would|should) ",
            r"\bis (?:it|this|that) because\b",
        ),
    ),
    sign(
        LEARNING,
        "guesses the cause",
        PLAIN,
        r"\bcould (?:it|this|that) be (?:a|the|that|because|due)\b",
        r"\b(?:probably|maybe|perhaps|possibly) (?:it'?s |this is )?(?:because|due to|caused)\b",
        r"\bmy guess is\b",
        (
            r"\b(?:seems|looks|smells|feels) (?:like|to be) (?:a|an|the) ~(?:race|deadlock"
            r"|leak|regression|timing|timeout|cache|caching|encoding)\b"
        ),
    ),
    sign(
        LEARNING,
        "states a root cause",
        STRONG,
        r"\broot cause(?: is\b| was\b|[^?!:\n]{0,20}:)",
        r"\bis the root cause\b",
        (
            r"\bthe (?:issue|problem|bug|cause|culprit|reason|difference|different) (?:was"
            r"|is (?:\w+ ){0,3}that|is because|seems)\b"
        ),
        r"\bturn(?:ed|s) out\b",
        r"\bi (?:found|realized|realised|discovered|noticed) (?:that|out)\b",
        r"\bah,? (?:the|so|i|that)\b",
        r"\bnow i (?:see|get|understand|remember)\b",
        r"\bremember now\b",
        r"\bthat (?:explains|was it)\b",
        r"\bmakes sense now\b",
    ),
    sign(
        LEARNING,
        "draws a lesson",
        STRONG,
        r"\blessons?\b(?! plan)",
        r"\bin hindsight\b",
        r"\blooking back\b",
        r"\bretrospective(?:ly)?\b",
        r"\bnext time\b",
        r"\bthe last time\b",
        r"\b(?:was|were) (?:a|my|our) mistakes?\b",
        r"\bwe learned\b",
        r"\bdidn'?t (?:catch|help|work out)\b",
        r"\bdid not catch\b",
        r"\bshould have (?:been|checked|used|known|deleted)\b",
        r"\bpost-?mortem\b",
    ),
    sign(
        LEARNING,
        "tells how it was before",
        WEAK,
        r"\bpreviously\b",
        r"\bprevious fix\b",
        r"\bused to\b",
        r"\bin the past\b",
        r"\bthe old (?:code|behavio\w+|logic)\b",
        r"\bthis behavio\w+ was\b",
        r"\bexisting implementation\b",
        aside=True,
    ),
    sign(
        LEARNING,
        "tells what the code does not do",
        PLAIN,
        r"\bbypass\w*\b[^?!]{0,120}?\bso\b",
        r"\bso \S{1,40} (?:is |was )?(?:never|does not|doesn't|didn't)\b",
        (
            r"\b(?:won'?t|wouldn'?t|can'?t|does not|doesn'?t|don'?t|did not|didn'?t|never|isn'?t|aren'?t|cannot"
            r"|fails? (?:to|when|because)|only (?:strips|covers|covered|checks|handles)"
            r"|but (?:uses|the code uses))\b[^.?!]{0,120}?(?:\b(?:so|but|because|causing"
            r"|instead|results?|resulting|which means)\b|, and\b)"
        ),
        aside=True,
        unless=(r"^(?:can|could|please|let'?s|i)\b",),
    ),
    sign(
        TACTICAL,
        "is an order",
        WEAK,
        (
            r"^(?:please |ok(?:ay)?,? |yes,? |now )?(?:add|create|write|implement|run"
            r"|show|push|commit|rename|update|move|use|remove|merge|list|test|document"
            r"|support|allow)\b"
        ),
        unless=(r"\b(?:instead of|rather than|because|since|than|preferred|alternative)\b",),
    ),
    sign(
        HELP,
        "asks for help with a task",
        0,
        (
            r"\b(?:can|could) (?:you|someone|anyone) (?:please )?(?:help|review|provide"
            r"|suggest|walk|give|show)\b"
        ),
        r"\bi'?d (?:love|like|appreciate) (?:some |to get your )?(?:help|feedback|suggestions)\b",
        r"\bi need help\b",
        unless=(
            r"\bunderstand\b",
            r"\binvestigate\b",
            r"\bfigure out why\b",
        ),
    ),
)
