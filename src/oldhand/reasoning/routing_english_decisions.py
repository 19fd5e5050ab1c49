"""English signs of decisions that are made, proposed or argued."""

from oldhand.reasoning.routing_sign import DECISION, PLAIN, WEAK, any_of, sign

WAY = any_of(
    r"approach",
    r"option",
    r"alternative",
    r"solution",
    r"strategy",
    r"design",
    r"choice",
    r"way",
    r"fix",
)

DECISIONS = (
    sign(
        DECISION,
        "finds it sensible",
        PLAIN,
        r"\bmakes sense\b",
        aside=True,
        unless=(r"\bif (?:it|that|this) makes sense\b", r"\bmakes sense now\b", r"^(?:does|do)\b"),
    ),
    sign(
        DECISION,
        "agrees",
        WEAK,
        r"\bsounds (?:good|right|reasonable|fine)\b",
        r"\bi agree\b",
        r"\bagreed\b",
        r"\b(?:good|great) (?:idea|call)\b",
        aside=True,
    ),
    sign(
        DECISION,
        "lays ways side by side",
        PLAIN,
        r"(?<!so )(?<!so that )\bwe (?:could|can|may|might) ~\bor\b",
        r"\beither we\b",
        r"\bwe (?:could |can )?either\b",
        r",? or we (?:go|could|can|just|keep|use|do|take|leave|switch)\b",
    ),
    sign(
        DECISION,
        "argues",
        PLAIN,
        (
            r"\bi(?:'d| would) (?!like\b|love\b|appreciate\b|expect|need\b|have (?:to|been)\b|be\b"
            r"|guess\b|also like\b|really like\b)\w+ "
        ),
        r"\bwe (?:prefer|opted|chose|settled)\b",
        (
            r"\bi (?:prefer|like (?:option|the (?:\w+ )?(?:first|second|third|idea|approach"
            r"|option|way|version|one)))\b"
        ),
        r"\bi (?:like|prefer) \d\b",
        r"\bi (?:don'?t|do not) (?:like|think (?:we|it|this|that)|want (?!to\b))",
        r"\bi(?:'m| am) not (?:convinced|a fan)\b",
        r"\b(?:have|has) (?:my |some |a few )?(?:doubts|concerns|reservations)\b",
        r"\bmy preference\b",
        aside=True,
    ),
    sign(
        DECISION,
        "proposes",
        PLAIN,
        r"\b(?:maybe|perhaps) (?:we|let'?s) (?:could|should|just|can|might|do|need)\b",
        r"\b(?:so|then) we (?:could|might|just|need)\b",
        r"^consider \w+",
        r"\bi guess we (?:should|could)\b",
        r"\b(?:can|could) we [^?!]{1,100}? instead\W{0,3}$",
        (
            r"\bi (?:think|guess|feel|believe|suppose) (?:we|it|that|this)(?:'d)? ?(?:could"
            r"|might|would|can|want|better|is better)\b"
        ),
        r"\bi was thinking\b",
        r"\bso we (?:could|should)\b",
        r"\bprobably (?:better|best|easier|simpler)\b",
        r"\b(?:better|best|easier|simpler|cleaner) to\b",
        r"\bor better\b",
        r"\bconsidering (?:just |maybe |also )?(?:\w+ing|whether|a|an)\b",
        r"\bi(?:'m| am) thinking (?:of|about) (?:\w+ing|a|an|the)\b",
        r"\bwe should (?:align|rather|probably|instead|not|move|switch|keep|drop)\b",
        r"\bconsider (?:extracting|replacing|using|moving|switching|whether)\b",
        unless=(r"\bshould (?:be able|now|already|work)\b",),
    ),
    sign(
        DECISION,
        "says what should be",
        PLAIN,
        (
            r"\bi (?:still |also |do )?(?:think|believe|feel|mean)\b[^?!]{0,120}?\b(?:should"
            r"|need to|we need)\b"
        ),
        r"\b(?:should|could)\b[^?!]{0,80}?\bi think\b",
        r"\binstead,? (?:we|it|they|you) (?:should|could)\b",
        r"\b(?:should|could) (?:rather|instead)\b",
        r"\bshould\b[^?!]{0,120}?,? right\W{0,3}$",
        r"\bright thing to do\b",
        r"\bshould\b[^?!]{0,120}?\b(?:instead of|rather than)\b",
    ),
    sign(
        DECISION,
        "gives an opinion",
        PLAIN,
        r"\bseems to me\b",
        r"\bin my (?:opinion|view)\b",
        r"\bimh?o\b",
        r"\bi'd say\b",
        r"\bi would say\b",
        r"\blet me ~ say\b",
        r"\blean(?:ing)? towards?\b",
        r"\bin favou?r of\b",
        r"\boverkill\b",
        r"\bover-?engineer\w*",
        r"\btoo (?:complex|complicated|heavy|risky|clever)\b",
        r"\bmakes more sense\b",
        r"\blet'?s (?:not|rather|instead)\b",
        r"\bi (?:just )?want\b[^?!]{0,100}?\b(?:because|since|so that|so we)\b",
        (
            r"\bi (?:still |also )?(?:think|believe|feel)\b[^?!]{0,80}?\bwould be (?:a |the )?"
            r"(?:better|nicer|cleaner|simpler|best)\b"
        ),
        r"\b(?:have|has|is|there's|there is) (?:also )?(?:the|an|another) option (?:of|to)\b",
        r"\b(?:reconsider|rethink|feasible)\b",
        r"\bgives? us (?:a )?(?:better|more|clearer)\b",
        aside=True,
    ),
    sign(
        DECISION,
        "does this rather than that",
        PLAIN,
        r"^(?:rather than|instead of) [^?!]{1,160}?, (?:we|i|it|let'?s|just)\b",
    ),
    sign(
        DECISION,
        "picks an option",
        PLAIN,
        (
            r"\b(?:let'?s|we'll|i'll|i'd) (?:go with|go for|do|take|stick with|pick|keep)(?: option)? (?:"
            r"\d|[a-c]\b|option|the (?:first|second|third|former|latter))"
        ),
        r"\blet'?s (?:go with|stick with|go for)\b",
    ),
    sign(
        DECISION,
        "speaks of an option",
        WEAK,
        r"\boptions? (?:\d|[a-d]\b)",
    ),
    sign(
        DECISION,
        "states a choice",
        PLAIN,
        r"\b(?:i've |we've |i |we |have |has been )decided\b",
        r"\bdecision\b~:",
        r"\b(?:to|must|should|can|cannot|can'?t) decide\b",
        r"\bdecide (?:whether|between|if|on|what|which|how)\b",
        r"\bdecided (?:to|on|against|not)\b",
        r"\bopted (?:for|to)\b",
        r"\bi want to switch\b",
        r"\bwe (?:are|'re) going with\b",
        r"\bwe (?:chose|picked|selected|agreed)\b",
    ),
    sign(
        DECISION,
        "chooses one instead of another",
        PLAIN,
        (
            r"^(?:\w+(?:\(\w+\))?!?: )?(?:directly |only |just )?(?:use|prefer|refactor"
            r"|switch|rewrite|keep|store|read|compute|derive|make|move|let)\w*\b[^?!]{0,120}?\b(?:instead "
            r"of|rather than)\b"
        ),
        unless=(r"^(?:can|could|please)\b",),
    ),
    sign(
        DECISION,
        "names what it is instead of",
        WEAK,
        r"\b(?:instead of|rather than)\b",
        r"\b(?:switch\w*|migrat\w+|mov\w+) (?:from\b|~ (?:from|over) ~ to)\b",
        r"\breplac\w+ ~ (?:with|by) ",
        r"\bswitch\w* ~ to\b",
        r"\bother way a?round\b",
    ),
    sign(
        DECISION,
        "says to use one instead of another",
        PLAIN,
        r"\bto use [^·?!]{1,40}? instead of\b",
    ),
    sign(
        DECISION,
        "gives a reason",
        WEAK,
        r"\b(?:because|since|so that|otherwise|to avoid|in order (?:not )?to|reasons?)\b",
        r"\bso (?:revert|keep|use|remove|drop|switch|let's|we)\b",
        r"\bthat's why\b",
        r"\bthe goal is\b",
        aside=True,
        unless=(r"\bis (?:it|this|that) because\b",),
    ),
    sign(
        DECISION,
        "says what would be otherwise",
        WEAK,
        r"\bbecause otherwise\b",
        r"\bor else\b",
        r"\bwould (?:be forced|force)\b",
    ),
    sign(
        DECISION,
        "names one over another",
        PLAIN,
        r"^\W{0,3}\w+ over \w+\b",
        r"\bprefer\w* ~ (?:over|rather than) \w+",
        r"^why (?!it works|it fails|this fails|did|do|does|is|are|was|were|these tests)\w+(?: \w+){0,3}:",
        r"\bwhy \S+(?: \S+)?, not \S+",
    ),
    sign(
        DECISION,
        "sets one against another",
        WEAK,
        r"\b\w+ vs\.? \w+\b",
        r"\bversus\b",
        r"\balternativ\w+\b",
    ),
    sign(
        DECISION,
        "judges a way of doing",
        PLAIN,
        rf"\b(?:clean|simpl|saf|eas|bett|b|wors|nic|cheap)\w*(?:est|er) {WAY}\b",
        r"\bthis is the (?:clean|simpl|best)\w*\b",
        r"\b(?:redundant|unnecessary|not necessary|unneeded|overkill) (?:because|since|as)\b",
        r"\bdoesn'?t make sense\b",
        r"\bdoes not make sense\b",
        r"\bis (?:a )?good option\b",
        r"\b(?:least|most) \w+ option\b",
        r"\b(?:acceptable|fine|ok(?:ay)?|safe|enough|good) (?:because|since|as)\b",
        aside=True,
    ),
    sign(
        DECISION,
        "compares",
        PLAIN,
        (
            r"\b(?:clearer|simpler|cleaner|better|faster|safer|cheaper|superior|preferable"
            r"|preferred|recommended|more (?:robust|reliable|flexible|efficient|readable"
            r"|accurate|maintainable))\b(?: and more \w+)? (?:than|to|over|alternative"
            r"|approach)\b"
        ),
        aside=True,
        unless=(r"\b(?:make|making) \S+ (?:clear|simpl|bett|fast|saf)",),
    ),
    sign(
        DECISION,
        "weighs another way",
        PLAIN,
        r"\bit would (?:have been|be) (?:also )?possible\b",
        r"\bi didn'?t want to\b",
        r"\bfor (?:backwards? compatib\w+|safety|simplicity)\b",
        r"\bunnecessar\w+ complex\w*\b",
    ),
)
