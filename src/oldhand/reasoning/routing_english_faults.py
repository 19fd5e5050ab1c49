"""General English signs of lessons: what code does wrong, what that leads to, what was, and what was not expected.

These are classes of words in a place, where routing_english_lessons.py has the phrases themselves. Most speak only
together; how much each says was fitted (routing_weights.py).
"""

from oldhand.reasoning.routing_sign import LEARNING, PLAIN, WEAK, any_of, sign

# What goes wrong, and words for how.
FAULT = any_of(
    r"fail\w*|error\w*|crash\w*|bugs?|broke\w*|breaks?|wrong\w*|slow\w*|flaky|panic\w*|stale"
    r"|incorrect\w*|leak\w*|reject\w*|mangled|missed|lost|stuck|skipped|dropped|ignored|freez\w*"
    r"|timeouts?|timed out|times out|duplicate\w*|misalign\w*|invalid\w*|silently|exposed|misleading"
    r"|hang\w*|hung|corrupt\w*|unexpected\w*|accumulat\w*|race condition|regression|mismatch\w*"
    r"|warnings?|exceptions?|issues?|los(?:e|es|ing)|overwr\w+|overwrit\w+|undercount\w*|overcount\w*"
    r"|false(?:-| )(?:positives?|negatives?)|confus\w+|block(?:s|ed|ing)|dangling|vulnerab\w+|unable"
    r"|no such|missing|forgot\w*|hidden|unintended|unreliable|problems?|not (?:be )?found|undefined"
    r"|harder|deadlock\w*|inconsistent\w*"
)

# What a fault does.
CAUSES = (
    r"(?:caus(?:ed|es|e|ing)|leading to|leads? to|led to|result(?:s|ed|ing)? in|resulting|triggers?"
    r"|triggering|breaks|breaking|broke"
    r"|which means|that means|means that|meaning|so that|thus|hence|therefore|making it|forc(?:es|ed"
    r"|ing)|leaves|leaving|prevent(?:s|ed|ing)|blocks)"
)

FAULTS = (
    sign(
        LEARNING,
        "tells when a fault comes",
        WEAK,
        rf"\b{FAULT}\b[^?!]{{0,160}}?\b(?:if|when|whenever|where|while|after)\b",
        rf"\b(?:if|when|whenever|while|after|with)\b[^?!]{{0,160}}?\b(?:{FAULT}|not|never|\w+n'?t|cannot|no)\b",
        aside=True,
        unless=(r"^(?:can|could|please|let'?s|i|should|add|make|create)\b",),
    ),
    sign(
        LEARNING,
        "tells the consequence",
        WEAK,
        (
            r",? (?:thereby |thus |which |this |that |and )?(?:caus(?:es?|ed|ing)|lead(?:s|ing) to|led to"
            r"|result(?:s|ed|ing) in|breaks|breaking|broke|bypass\w*|stems? from|stemmed from|overwrit\w+"
            r"|produc\w+ (?:wrong|garbage)|inflat\w+|prevents|blocks|blocking|missing|losing|los(?:es|t))\b"
        ),
        (
            r"\b(?:can|could|may|might) (?:\w+ )?(?:panic|fail|differ|corrupt|break|cause|lose|leak|hang|crash"
            r"|result in|lead to)\b"
        ),
        aside=True,
    ),
    sign(
        LEARNING,
        "tells what the code does wrong",
        WEAK,
        (
            r"\b(?:uses|used|checks|returns|returned|calls|called|reads|writes|compares|stops|falls|assumes"
            r"|ignores|treats|resolves"
            r"|continues|collapses|contains|gets|passes|passed|sets|evaluates|loses|expects|exposes|creates"
            r"|deletes|clears|updates"
            r"|is (?:\w+ )?(?:hardcoded|updated|read|called|computed|cleared|deleted|created|ignored|checked"
            r"|used|set))\b"
            r"[^?!]{0,120}?\b(?:instead of|instead|without|but|only|directly|even (?:when|if|though)"
            r"|regardless|not|never|always|both|twice|rather than|so)\b"
        ),
        aside=True,
    ),
    sign(
        LEARNING,
        "says what the cause leads to",
        WEAK,
        rf"\b{CAUSES}\b",
        aside=True,
    ),
    sign(
        LEARNING,
        "tells what is not done",
        WEAK,
        (
            r"\b(?:is|are|was|were|does|do|did|has|have|had|will|can|could|would)(?:n'?t| not| never| only"
            r"| always)\b"
        ),
        r"\b(?:never|only|lacks?|no longer|without)\b",
        aside=True,
    ),
    sign(
        LEARNING,
        "tells what was",
        WEAK,
        r"\b(?:was|were|had|didn'?t|did not|wasn'?t|weren'?t|hadn'?t)\b",
        aside=True,
    ),
    sign(
        LEARNING,
        "asks whether it went wrong",
        PLAIN,
        (
            r"\b(?:did|have|has|was|were) (?:we|it|this|that|you|they|i|there|the \S+)\b[^?!]{0,80}?\b(?:break"
            r"|broke\w*|fix\w*|miss\w*|help\w*|work\w*|los[et]|forg[eo]t\w*|caus\w+|wrong|happen\w*|fail\w*"
            r"|introduc\w+|chang\w+)\b"
        ),
        asked=True,
        unless=(r"^(?:can|could)\b",),
    ),
    sign(
        LEARNING,
        "is surprised",
        PLAIN,
        (
            r"\b(?:but|and) (?:it|that|this|they|we|i|then|now|the \S+) (?:still |is still |now )?(?:doesn'?t"
            r"|didn'?t|isn'?t|wasn'?t|aren'?t|does not|did not|shouldn'?t|should be|should have)\b"
        ),
        (
            r"\b(?:weird|strange|odd|surpris\w+|confus\w+|expected|unexpected\w*|suspicious|curious"
            r"|makes no sense)\b"
        ),
        aside=True,
    ),
)
