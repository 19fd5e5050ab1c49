"""The words by which commit messages are read: who is a program, what is routine, what mends, what gives reasons.

English and Russian. Every pattern has at most one unbounded part and is tried on short lines only.
"""

import re


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


BOT = _any(
    r"\[bot\]",
    r"^(?:dependabot|renovate|greenkeeper|pyup|snyk|mergify|bors|github[- ]?actions?|pre-commit|weblate)\b",
    r"^(?:allcontributors|codecov|imgbot|travis|circleci|semantic-release|release-please|copybara|homu|hg-git)\b",
    r"^(?:web-flow|automation|autofix|deepsource|sonatype|gitlocalize|transifex|crowdin)\b",
    r"\b(?:bot|ci)$",
)
ROUTINE = _any(
    r"merge (?:branch|pull|remote|tag|commit|pr\b|in\b|master|main|upstream|origin|from)|merged? ",
    r"bump\b|release[sd]?\b",
    r"prepar(?:e|ing) (?:for )?(?:the )?(?:next )?(?:release|v?\d)|version\b|v?\d+\.\d+[\w.-]*(?:\s|$)",
    r"[\w-]{1,40} v?\d+\.\d+\.\d+[\w.-]*$",
    r"(?:build|chore|fix|ci)\(deps[\w-]*\)|changelog|back to dev|wip\b|fixup!|squash!|amend!|initial commit",
    r"(?:update|upgrade|pin) (?:dependency|dependencies|deps|changelog|authors|contributors|translations|news)\b",
    r"(?:update|upgrade) .{1,40} to v?\d|chore(?:\([^()]{0,40}\))?: (?:release|bump|version|update changelog)",
    r"translations?\b|i18n|l10n|(?:address(?:ed)?|apply|applied) (?:review|comments|feedback|suggestions)",
    r"(?:proposed|some|more|minor|various|misc\w*) (?:changes|fixes|updates)\b|слияние|релиз|версия",
)
TRAILER = _any(
    r"[A-Z][A-Za-z]{0,30}(?:-[A-Za-z]{1,30}){0,4}-(?:by|id|url|link|to|checkpoint|session)\s?: ?\S.*",
    r"(?:cc|link|issue|refs?|bug|fixes|closes|resolves|piperorigin-revid|git-svn-id|ticket|url|pr|relnotes|test[- ]plan"
    r"|task|tags|co-authored-by|signed-off-by)\s?: ?\S.*",
    r"\(cherry picked from .*|generated with .*|--HG--|extra : .*|-{3,}|={3,}|_{3,}|>{2,} .*",
    r"(?:(?:part of|see(?: also)?|fix(?:es|ed)?|clos(?:es?|ed)|resolv(?:es|ed)|refs?|related(?: to)?|for|gh)[:\s]{1,3}"
    r")?(?:[\w./-]{0,80}#\d+|https?://[^\s,]+)(?:[,\s]{1,3}(?:and )?(?:[\w./-]{0,80}#\d+|https?://[^\s,]+)){0,9}",
)
CODE = re.compile(r"\s*(?:[$>#|]|>>>|In \[|\+\+\+|---|@@|diff |at \w+\.|Traceback|File \"|\w+Error:)")
REPAIRS = _any(
    r"(?:hot|bug)?fix(?:es|ed|ing)?\b|bug\b",
    r".{0,40}\b(?:fix(?:es|ed)|regression|crash(?:es|ed)?|deadlock|race condition|memory leak)\b",
    r"исправ|почин|фикс|устран",
)
TRIFLES = _any(
    r"\b(?:typos?|spelling|grammar|lint(?:er|ing|s)?|flake8?|format(?:ting)?|white ?space|style|wording|links?)\b",
    r"\b(?:doc(?:s|umentation|string)?s?|comments?|(?:doc)?tests?|ci|travis|build|merge conflicts?)\b",
    r"\b(?:warnings?|imports?|changelog|clippy|mypy|types?|typing|indent(?:ation)?|pep-?8|eslint|prettier|coverage|examples?)\b",
    r"\b(?:опечат|тест|стил)",
)
MISSPELT = _any(r"\b(?:typos?|spelling|grammar|wording|misspell\w*|опечат\w*)\b")

DECIDED, BECAUSE, PREFERRED, HINTED = 4, 3, 2, 2
"""How plainly a sentence tells a reason: a decision named as one, a cause or an aim, a preference, a hint."""

_CAUSES = (
    r"\bbecause\b|\bthe (?:reasons?|rationale|motivation)\b|\breasoning\b|\bdue to\b",
    r"\b(?:in order )?to (?:avoid|prevent|ensure|guarantee)\b|\bso that\b|\bso (?:we|it|they|users?) (?:can|do)",
    r"\botherwise\b|\bwithout (?:this|it),?\b|\bturns? out\b|\bis (?:unsafe|dangerous|not safe|error-prone)\b",
    r"(?:^|[,;] )(?:since|as) (?:we|it|they|this|that|these|those|the|there|some|most|all|no|not|users?)\b",
    r"\bпотому,? что\b|\bтак как\b|\bпоскольку\b|\bиз-за\b|\bво избежание\b|\bпричин\w+\b|\bввиду\b",
    r"\bчтобы\b|\bиначе\b",
)
CAUSE = _any(*_CAUSES)
REASONS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (
        DECIDED,
        _any(
            r"\b(?:we|have|was|been|i) (?:decided|agreed|chose|opted)\b|\bdecision (?:is|was|to)\b",
            r"\bby design\b|\b(?:intentional|deliberate)(?:ly)?\b|\bon purpose\b|\btrade-?offs?\b",
            r"\bреш(?:или|ено|ил|ение)\b|\bотказа(?:лись|ться|лся)\b|\bнамеренно\b|\bсознательно\b|\bнарочно\b",
        ),
    ),
    (BECAUSE, CAUSE),
    (PREFERRED, _any(r"\brather than\b|\binstead of\b|\bin favou?r of\b|\bas opposed to\b|\bвместо\b")),
    (
        HINTED,
        _any(
            r"\bthis (?:ensures|prevents|avoids|allows|means|makes)\b|\bunfortunately\b|\bworkaround\b",
            r"\bno longer (?:need|support|us|possible|work|required|true)|\brequired? (?:by|for|to)\b",
            r"\b(?:should|must|can|could|does|do) ?(?:not|n't)\b|\bnever\b|\bonly (?:if|when|works)\b",
            r"\bоказал(?:ось|ся|ась)\b|\bнельзя\b|\bне (?:нужно|следует|стоит)\b|\bв противном случае\b",
        ),
    ),
)
CHATTER = _any(
    r"\?\s*$|\b(?:not sure|hopefully|let me know|thanks|thank you|sorry|lol|oops|todo|tbd|wip|feedback|for now)\b",
    r"\b(?:review(?:er|ed)?|requested) (?:comment|suggest|change)\w*|\bthis (?:commit|pr|patch)\b",
    r"\b(?:previous|last) commit\b",
    r"\bto reproduce\b|\bsteps to\b|\bsee (?:also|the )?(?:https?|#)|\bcommit message|\bpull request",
    r"\bmerge conflict",
    r"\bне уверен|\bнадеюсь\b|\bкажется\b|\bспасибо\b",
)
SELF = re.compile(r"\b(?:I|I'm|I've|I'd|I'll|me|my)\b(?! (?:decided|chose|opted))")
TESTED = _any(
    r"\b(?:add|write|wrote|includ|updat|fix|chang|improv|adapt)(?:s|e[sd]?|ed|ing|ten)? (?:\w+ ){0,5}tests?\b",
    r"\btest (?:cases?|suite|setup|coverage)\b|\bthe tests?\b|\btests? (?:pass|fail|to make|for|is|are)\w*|\bтест\w*",
)
HANGING = _any(
    r"[`\"'(]{0,3}(?:this|that|these|those|it|its|they|otherwise|because|since|so|also|therefore|thus|hence|however|but)\b",
    r"(?:and|which|then|here|there|instead|unfortunately|such|both|another|he|she|same|as a result|without)\b",
    r"(?:эт[оаиу]\w*|он[аио]?|иначе|поэтому|потому|так|также|но|и|а)\b",
)
CHORE_ITEM = _any(
    r"(?:add(?:s|ed)?|fix(?:es|ed)?|update[sd]?|improve[sd]?|remove[sd]?|rename[sd]?|more|some|clean ?up|refactor|tweak"
    r"|import|simplif\w+|address|apply|revert|test|doc)\b.{0,60}$",
    r".{0,40}\b(?:tests?|lint|changelog|typo|clippy|docs)\b.{0,30}$",
)
