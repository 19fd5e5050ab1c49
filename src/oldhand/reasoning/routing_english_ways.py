"""General English signs of decisions: views that are held, ways that are judged, and what is done instead of what.

These are classes of words in a place, where routing_english_decisions.py has the phrases themselves. Most speak only
together; how much each says was fitted (routing_weights.py).
"""

from oldhand.reasoning.routing_sign import DECISION, PLAIN, WEAK, any_of, sign

# Words that judge one way of doing against another.
BETTER = any_of(
    r"better", r"best", r"easier", r"simpler", r"cleaner", r"safer", r"nicer", r"clearer", r"cheaper", r"preferable",
    r"enough", r"sufficient", r"suffice", r"ok(?:ay)?", r"fine", r"acceptable", r"overkill", r"redundant",
    r"unnecessary", r"necessary", r"needed", r"required", r"useful", r"valuable", r"possible", r"worth", r"worthwhile",
    r"sensible", r"reasonable", r"make sense", r"makes sense", r"a good idea", r"good practice", r"too (?!late)\w+",
)  # fmt: skip
# What somebody says who holds a view.
HOLDS = any_of(
    r"i (?:\w+ )?(?:think|thought|feel|believe|guess|suppose|reckon|mean|doubt|figure)",
    r"i'?d (?:say|argue)", r"i would (?:say|argue)", r"seems to me", r"in my (?:opinion|view)", r"imh?o", r"istm",
    r"my (?:preference|vote|take|feeling|suggestion|thinking)",
)  # fmt: skip
# What a way of doing is called when it is held against another.
JUDGED = any_of(
    r"better", r"best", r"easier", r"easiest", r"simpler", r"simplest", r"cleaner", r"cleanest", r"safer", r"safest",
    r"nicer", r"clearer", r"cheaper", r"worse", r"worst", r"weakest", r"least \w+", r"preferable", r"preferred",
    r"overkill", r"redundant", r"unnecessary", r"unneeded", r"pointless", r"superfluous", r"over-?engineer\w*",
    r"over-?complicat\w*", r"not (?:that |very |so )?(?:great|ideal|good|nice|useful|worth|needed|necessary)",
    r"too (?:complex|complicated|heavy|risky|clever|much|verbose|noisy|strict|long|many|big|specific|generic)",
    r"worth(?:while)?", r"makes? (?:more |most |less |a lot of |much |no )?sense", r"suffices?", r"sufficient",
    r"good enough", r"more \w{4,20} than", r"less \w{4,20} than", r"sensible", r"reasonable", r"superior",
)  # fmt: skip
# Verbs by which one thing takes the place of another.
CHANGED = any_of(
    r"us(?:e|es|ed|ing)", r"prefer\w*", r"refactor\w*", r"switch\w*", r"rewr\w+", r"keep\w*", r"kept", r"stor\w+",
    r"read\w*", r"comput\w+", r"deriv\w+", r"mak\w+", r"made", r"mov\w+", r"let\w*", r"replac\w+", r"chang\w+",
    r"pass\w*", r"return\w*", r"rely", r"relies", r"relying", r"mak\w+", r"call\w*", r"put\w*", r"set\w*", r"go\w*",
    r"tak\w+", r"build\w*", r"show\w*", r"writ\w+",
)  # fmt: skip
INSTEAD = r"(?:instead of|rather than|in favou?r of|in place of)"


WAYS = (
    sign(
        DECISION,
        "asks for another way",
        PLAIN,
        (
            r"\b(?:which|what)(?:'s| is| are| of|~ (?:you|we)\b)~\b(?:better|best|prefer"
            r"|choose|recommend|options?\b|alternatives?)\b"
        ),
        r"\bwhich (?:one|option|approach|way|version|of)\b",
        r"\bis [^?!]{1,40}? (?:better|nicer|cleaner|simpler|safer) ?\?",
        r"\b(?:any|are there|is there(?: an?)?|what) (?:other |another )?(?:options?|alternatives?|choices?)\b",
        r"\bwhat are (?:our|my|the) (?:options|alternatives|choices|trade-?offs|pros and cons)\b",
        r"\b(?:trade-?offs|pros and cons)\b",
        r"\balternatives\W",
        r"\b(?:any|is there an?|are there) (?:other|better|simpler|cleaner|nicer|easier|safer) (?:\w+ )?\w+",
        asked=True,
        aside=True,
    ),
    sign(
        DECISION,
        "asks how to choose",
        PLAIN,
        r"\b(?:to|must|should|can|cannot|can'?t|me|us|could) (?:decide|choose)\b",
        r"\b(?:decide|choose) (?:whether|between|if|on|what|which|how)\b",
    ),
    sign(
        DECISION,
        "proposes by a question",
        PLAIN,
        r"\b(?:could|would|should)n'?t (?:\S+ ){1,5}?(?:be|have|use|go|make|do|just|rather|need|also)\b",
        r"\b(?:could|would|should|ca)n'?t (?:it|that|this|they)\b",
        r"\b(?:could|can) (?:we|it|they) not\b",
        r"\bhow about\b",
        r"\bwhat (?:if|about if) we\b",
        r"\bwhat about (?:\w+ing|just|a|an|the|using)\b",
        r"\bwould(?:n't)? (?:it|that|this) (?:not )?be \w+",
        r"\bdo we (?:really|actually|even|still)\b",
        (
            r"\b(?:can|could|may|might) we (?:also |just |instead |rather |maybe )?[^?!]{0,100}?\b(?:instead"
            r"|rather|maybe|or)\b"
        ),
        r"\b(?:can|could) (?:we|it) (?:just|instead|rather|maybe)\b",
        r"^(?:replace|use|rename|remove|drop|move|keep|make|add|put|call|just|maybe|or)\b[^?!]{1,100}\?$",
        r"\bis there any (?:value|benefit|point|need)\b",
        r"\bshould(?:n'?t| not)?\b[^?!]{1,100}, or ?\?",
        asked=True,
    ),
    sign(
        DECISION,
        "asks whether it is right",
        PLAIN,
        r"\bdo (?:we|i|you) (?:need|want)\b",
        rf"\bis (?:it|this|that|the \S+) (?:really |even |still |actually |also )?{BETTER}\b",
        asked=True,
        aside=True,
    ),
    sign(
        DECISION,
        "asks whether it could be so",
        WEAK,
        r"\b(?:can|could) (?:we|it|this|that|they)\b",
        asked=True,
        aside=True,
    ),
    sign(
        DECISION,
        "holds a view of what should be",
        PLAIN,
        (
            rf"\b{HOLDS}\b[^?!]{{0,120}}?\b(?:should|could|would|might|need to|needs to|we need|we can|want"
            rf"|ought|better"
            r"|let'?s|drop|remove|skip|keep|leave|will|must|prefer|can(?: just| also| be)?|simplif\w+|limiting"
            r"|fair|fine)\b"
        ),
        rf"\b(?:should|could)\b[^?!]{{0,120}}?\b{HOLDS}\b",
        unless=(r"\bshould (?:be able|now|already|work)\b", r"\bi thought\b"),
    ),
    sign(
        DECISION,
        "holds a view",
        WEAK,
        rf"\b{HOLDS}\b",
        r"\bi(?:'m| am) (?:not )?(?:sure|convinced|inclined|leaning|torn|a fan|worried|confused)\b",
        unless=(r"\bi mean\b",),
    ),
    sign(
        DECISION,
        "holds that one way is better",
        PLAIN,
        rf"\b(?:{HOLDS}|we|it'?s|it is|that'?s|this is|would be|are|is)\b[^?!]{{0,60}}?\b{JUDGED}\b",
        rf"\b(?:probably|likely|maybe|perhaps) (?:the |a )?{JUDGED}\b",
        r"\b(?:does|do)(?:n'?t| not) (?:really |quite )?make (?:a lot of |much |any |so much )?sense\b",
        aside=True,
        unless=(
            r"\bif (?:it|that|this) makes sense\b",
            r"\bmakes sense now\b",
            r"\bmore \w+ than \d",
            r"\bbest practices\b",
        ),
    ),
    sign(
        DECISION,
        "calls a way better or worse",
        WEAK,
        rf"\b{JUDGED}\b",
        (
            r"\b(?:acceptable|fine|ok(?:ay)?|safe|enough|good|intentional\w*|redundant|unnecessary) (?:because"
            r"|since|as|due)\b"
        ),
        aside=True,
        unless=(r"\b(?:make|making|makes) (?:it|them|this|the \S+|\S+) (?:more )?", r"\b(?:improve|for better)\b"),
    ),
    sign(
        DECISION,
        "goes along",
        WEAK,
        r"\bsounds (?:good|right|reasonable|fine|better|like a plan)\b",
        r"\bi agree\b",
        (
            r"^(?:yes|yeah|yep|ok|okay|agreed|sure|good point|fair)[,.: -]{1,3}(?:but|and|though|i|we|it|that"
            r"|this)\b"
        ),
        r"\bagreed\b",
        r"\b(?:good|great|nice|fair) (?:idea|call|point|catch|suggestion)\b",
        r"\bi (?:really )?like (?:this|that|it|the|your|option)\b",
        aside=True,
    ),
    sign(
        DECISION,
        "prefers",
        PLAIN,
        (
            r"\bi(?:'d| would) (?:also |still |probably |much |rather )?(?!like\b|love\b|appreciate\b|expect"
            r"|need\b"
            r"|have (?:to|been)\b|be\b|guess\b|also like\b|really like\b|say\b|want\b)\w+ "
        ),
        r"\bi(?:'d| would) (?:like|want|love)\b[^?!]{1,120}?\b(?:instead|rather|because|so that|than)\b",
        (
            r"\b(?:i|we) (?:strongly |would )?(?:prefer|opted|chose|settled|favou?r|suggest|propose|recommend"
            r"|vote|advise)\b"
        ),
        (
            r"\bi (?:really )?(?:like|prefer) (?:option|\w\b|\d|the (?:\w+ )?(?:first|second|third|idea"
            r"|approach|option|way|version|one))"
        ),
        r"\bi (?:don'?t|do not) (?:like|love|think|see (?:why|the (?:need|point|value))|want (?!to\b))",
        r"\bi(?:'m| am) (?:not (?:convinced|a fan|happy|comfortable|keen)|inclined|leaning)\b",
        r"\b(?:have|has) (?:my |some |a few )?(?:doubts|concerns|reservations)\b",
        r"\bi doubt\b",
        aside=True,
        unless=(
            (
                r"\bi (?:don'?t|do not) think (?:it|this|that|there|the \S+(?: \S+)?)"
                r" (?:is|are|was|were|exists?|works?|does)\b"
            ),
        ),
    ),
    sign(
        DECISION,
        "suggests",
        PLAIN,
        (
            r"\b(?:maybe|perhaps|possibly|probably) (?:also |just )?(?:we|let'?s|it|i|you|the|this|that|a|an"
            r"|there) ~\b(?:could|should|just|can|might|do|need|better|want|ought)\b"
        ),
        r"\b(?:so|then) (?:maybe )?(?:we|it) (?:could|might|just|should)\b",
        r"^(?:alternatively|ideally|instead)\b",
        r"\bconsider (?:\w+ing|whether|a|an|the|also|if)\b",
        r"\bi was thinking\b",
        r"\b(?:better|best|easier|simpler|cleaner) (?:to|if)\b",
        r"\bor (?:maybe|perhaps|alternatively|else|just|even|better(?: yet|:| to| if|,))\b",
        r"\bconsidering (?:just |maybe |also )?(?:\w+ing|whether|a|an)\b",
        r"\bi(?:'m| am) thinking (?:of|about|we|that|it)\b",
        (
            r"\bwe (?:should|could) (?:align|rather|probably|instead|not|move|switch|keep|drop|just|also|maybe"
            r"|simply|remove|even)\b"
        ),
        (
            r"\b(?:one|another|other|simpler|better|the alternative|the other) (?:approach|option|way"
            r"|alternative|solution|possibility|idea)\b"
        ),
        unless=(r"\bshould (?:be able|now|already|work)\b",),
    ),
    sign(
        DECISION,
        "says what should be then",
        PLAIN,
        r"\binstead,? (?:we|it|they|you) (?:should|could)\b",
        r"\b(?:should|could) (?:rather|instead|either|probably|really)\b",
        r"\bshould\b[^?!]{0,120}?,? right\W{0,3}$",
        r"\bright thing to do\b",
        r"\bshould\b[^?!]{0,120}?\b(?:instead of|rather than)\b",
        r"^(?:so|and|but|then|also|yes|yeah|no|ok|okay|hmm+)[, ]+(?:\S+ ){1,5}should\b",
    ),
    sign(
        DECISION,
        "says what we should",
        WEAK,
        r"\bwe (?:should|could|can|might|may|need to|want to|want)\b",
    ),
    sign(
        DECISION,
        "drops or keeps something",
        PLAIN,
        (
            r"\b(?:let'?s|we (?:can|could|should)|i(?:'d| would| will|'ll)?|just|lets) (?:just |completely |simply )?"
            r"(?:skip|drop"
            r"|not|leave|keep|get rid|ditch|avoid|stick|rather|instead|remove|revert)\b"
        ),
        r"\b(?:no|don'?t|doesn'?t|not|won'?t) (?:really )?need (?:to|for|this|that|it|the|a)\b",
        r"\bleave (?:it|this|that|them) (?:as|out|for|alone)\b",
        r"\b(?:get rid of|do away with|keep it simple)\b",
        r"\bno longer (?:need|necessary|make)\w*\b",
        unless=(r"^(?:if|when|unless)\b",),
    ),
    sign(
        DECISION,
        "picks one",
        PLAIN,
        (
            r"\b(?:let'?s|we'll|we|i'll|i'd|i|just|yes|go|going|ok|please) (?:go with|go for|do|take"
            r"|stick with|pick|keep|with|for|like|prefer)(?: option)? (?:"
            r"\d\b|[a-c]\b|option|the (?:first|second|third|former|latter))"
        ),
        r"\b(?:let'?s|we) (?:go with|stick with|go for|stick to|go \d)",
        r"^(?:ok(?:ay)?|yes|so|and)?[, ]*(?:option|approach|variant|alternative) (?:\d|[a-e])\b",
    ),
    sign(
        DECISION,
        "speaks of options",
        WEAK,
        r"\b(?:options?|approach|alternative|variant) (?:\d|[a-d]\b)",
        r"\boptions?\b",
    ),
    sign(
        DECISION,
        "says either or",
        PLAIN,
        r"(?<!so )(?<!so that )\bwe (?:could|can|may|might) ~\bor\b",
        r"\beither\b[^?!]{1,140}?\bor\b",
        r",? or (?:we|i|it) (?:go|could|can|just|keep|use|do|take|leave|switch|should|might)\b",
        r"\b(?:on the one hand|on the other hand)\b",
    ),
    sign(
        DECISION,
        "does one thing instead of another",
        PLAIN,
        (
            rf"^(?:\w+(?:\([^)]{{1,30}}\))?!?: )?(?:directly |only |just "
            rf"|let'?s )?{CHANGED}\b[^?!]{{0,120}}?\b{INSTEAD}\b"
        ),
        rf"^{INSTEAD} [^?!]{{1,160}}?, (?:we|i|it|let'?s|just|the)\b",
        unless=(r"^(?:can|could|please)\b",),
    ),
    sign(
        DECISION,
        "chooses and gives the reason",
        PLAIN,
        r"\bi (?:just )?want\b[^?!]{0,100}?\b(?:because|since|so that|so we)\b",
        r"\bfor (?:backwards? compatib\w+|safety|simplicity|consistency|performance|readability|clarity)\b",
        (
            r"\b(?:use|using|added|prefer\w*|kept|keep|choose|chose|removed?"
            r"|dropp?e?d?) \S{1,40}(?: \S{1,30}){0,4} (?:because|since|as it)\b"
        ),
        aside=True,
    ),
    sign(
        DECISION,
        "says what it would take",
        PLAIN,
        r"\bbecause otherwise\b",
        r"\bor else\b",
        r"\bwould (?:be forced|force|require|mean|need|break|make it|provide|give|allow|let)\b",
        (
            r"\balready (?:have|has|exists?|cover\w*|provid\w*|do(?:es)?)\b[^?!]{0,80}?\b(?:should|cover|so"
            r"|no need|don'?t|not)\b"
        ),
        r"\b(?:reconsider|rethink|feasible|revisit)\b",
        r"\bgives? us\b",
    ),
)
