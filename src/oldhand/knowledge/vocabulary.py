"""The words, English and Russian, by which day one tells rules, warnings, pointers and noise apart."""

from __future__ import annotations

import re

_ANY = re.IGNORECASE
BORING = re.compile(
    r"\W*(table of contents|contents|toc|licen[cs](e|ing)|copyright|contributors?|credits|acknowledge?ments?|thanks"
    r"|sponsors?|backers|star history|links|references|further reading|see also|resources|related( projects| links)?"
    r"|community|contact|support|badges|authors?|maintainers|changelog|change log|release notes|translations?|citation"
    r"|citing|stargazers|on this page|navigation|index|code of conduct|screenshots?|next steps|learn more"
    r"|содержание|оглавление|лицензия|авторы|благодарности|ссылки|контакты|поддержка)\W*$",
    _ANY,
)
GENERIC = re.compile(
    r"[\W\d]*(overview|introduction|intro|summary|description|about|notes?|details?|general|usage|examples?|background"
    r"|context|getting started|quick ?start|requirements|prerequisites|installation|install|set ?up|configuration"
    r"|testing|tests?|running|build(ing)?|development|features|purpose|goals?|motivation|basic usage|options|steps"
    r"|how it works|what|why|how|limitations|conclusion|pros|cons|обзор|введение|описание|примеры?|установка|настройка"
    r"|запуск|требования|использование|решение)\W*$",
    _ANY,
)
WARNS = re.compile(
    r"\b(?:never|must not|mustn.t|shall not|should not|shouldn.t|cannot be|beware|watch out|gotchas?|pitfalls?|caveats?"
    r"|forbidden|prohibited|banned|not allowed|caution:|warning:|dangerous|careful(?:ly)?)\b|(?:^|[.;:—–(-]\s*)avoid\b"
    r"|(?P<if>\b(?:if|when|that|which|who|where|we|you|they|i|still|why|but)\s+(?:\w+\s+)?)?\b(?:do not|don.t)\b"
    r"(?!\s+(?:have|need|know|want))"
    r"|\b(?:никогда|нельзя|осторожно|внимание|запрещ\w+|избегай\w*|берегись"
    r"|не\s+(?:надо|следует|должн\w+|стоит|\w+(?:йте|ите|ьте|ай|уй|ди|жи)))\b",
    _ANY,
)
FORBIDS = re.compile(r"\W*(?:do not|never|don.?ts?|avoid|forbidden|prohibited|нельзя|запрещ\w+|никогда)\b", _ANY)
DESCRIBES = re.compile(
    r"\b(overview|structure|layout|architecture|stack|technolog|about|description|project|directory|components?|modules?"
    r"|packages?|glossary|concepts?|background|features?|what is|how it works|files|introduction"
    r"|обзор|структура|архитектура|стек|описание|компоненты)",
    _ANY,
)
DEFINES = re.compile(r"\W*(?:`[^`]+`(?:\s*\([^)]*\))?|[\w./-]+(?: [\w./-]+){0,4})(?::| [–—-]) (?!`)")
RULES = re.compile(
    r"\b(rules?|style|conventions?|guidelines?|standards?|practices?|principles|workflow|commits?|policy"
    r"|правила|стиль|соглашения)\b",
    _ANY,
)
ORDERS = re.compile(
    r"\W*(?:always|never|use|run|add|keep|prefer|write|make|ensure|check|follow|do|don.t|avoid|update|put|create|place"
    r"|set|call|read|test|name|return|import|include|document|commit|open|start|stop|wrap|pass|handle|validate|mark"
    r"|format|lint|remove|treat|всегда|никогда|используй\w*|запуска\w*|пиши\w*|проверя\w*|добавля\w*|не)\b"
    r"|.*\b(?:must|should|shall|never|always(?!-)|required?|mandatory|долж\w+|нужно|обязательно|всегда|нельзя)\b",
    _ANY,
)
DECIDED = re.compile(
    r"\b(?:(?:we|team) (?:have |has )?(?:decided|chose|chosen|opted|agreed) (?:to|not|on|for|against)|it was decided"
    r"|мы (?:решили|выбрали)|было решено|принято решение)\b",
    _ANY,
)
CONTINUES = re.compile(
    r"(this|these|those|that|it|they|he|such|then|therefore|however|also|otherwise|instead|additionally|furthermore|thus"
    r"|hence|in this case|for this|as a result|это|эти|он|она|они|также|поэтому|однако|затем|тогда)\b",
    _ANY,
)
SELF = re.compile(
    r"\W*(?:this|the|these|current) (?:document|instructions|page|guide|section|chapter|file|article|readme|how-to"
    r"|tutorial)\b.{0,60}\b(?:describes?|guides?|explains?|provides?|contains?|outlines?|is to|covers?|is intended"
    r"|shows?|lists?|gives?|defines?|serves?|records?|assumes?)\b"
    r"|\W*(?:in )?th(?:is|e following) (?:document|page|guide|section|how-to|tutorial)s?\b"
    r"|\W*(?:this will\b|here(?:,| we| you| is| are)|as you can see|now,? (?:we|you)|below (?:is|are|you))",
    _ANY,
)
POINTS = re.compile(
    r"\bplease (?:see|refer|check|read|visit)\b|^\W*(?:see|refer to|read|check out|visit|go to|have a look"
    r"|for (?:more|further|full|detailed)|more (?:details|info)|click|get started with|learn more"
    r"|documentation (?:is|can be)|the full|details|см\.|смотри|подробн\w+)\b",
    _ANY,
)
EMPTY = re.compile(
    r"\W*(tbd|todo|to be (done|defined|written)|coming soon|wip|work in progress|lorem|n/?a|none)\b", _ANY
)
DOMAINS = tuple(
    (domain, re.compile(rf"\b({words})\b", _ANY))
    for domain, words in (
        ("issues", r"troubleshoot\w*|known (issues|problems|bugs)|gotchas?|pitfalls?|caveats?|limitations?|faq"),
        ("issues", r"проблемы|ошибки"),
        ("patterns", r"tests?|testing|style|conventions?|guidelines?|patterns?|lint\w*|naming|format\w*|commits?"),
        ("patterns", r"тест\w*|стиль"),
        ("architecture", r"architect\w*|design|structure|components?|modules?|overview|layout|data ?flow"),
        ("architecture", r"архитектур\w*|структур\w*"),
        (
            "dependencies",
            r"dependenc\w*|requirements?|prerequisites|install\w*|stack|packages|зависимост\w*|установк\w*",
        ),
        ("tasks", r"roadmap|to-?do|tasks|milestones?|планы|задачи"),
        ("history", r"history|migrat\w+|upgrad\w+|deprecat\w+|история"),
    )
)
SHELL = re.compile(r"(bash|sh|shell|zsh|console|shell-?session|terminal|fish|powershell|ps1|cmd|bat|commandline)$")
COMMAND = re.compile(
    r"(\$|>|❯|%)\s+\S|(\./|sudo |npm |npx |pnpm |yarn |bun |make\b|just |cargo |go |python3? |pip3? |uv |pytest|docker"
    r"|git |gradle|mvn |nix |cabal |stack |bundle |rake |dotnet |kubectl |terraform |helm |cd |tox\b|nox\b|poetry "
    r"|ruff |curl |brew |apt )"
)
SCRIPTED = re.compile(r"\s*(for|while|if|do|done|fi|then|case|esac|function|elif|else)\b|.*<<|\s*[{}]\s*$")
