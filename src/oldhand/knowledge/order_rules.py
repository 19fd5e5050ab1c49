"""What orders to a reader look like: the rules of `oldhand.knowledge.orders`, in English.

A rule is a place where an order may begin and what must follow it closely. Project conventions are imperative too
("always run make migrate", "never edit generated files"), so no rule looks for an imperative alone: each asks for
what conventions have no use for, such as taking back other instructions, hiding from the user, or speaking as the
system. Texts are matched in lower case, without accents, with one blank between words (`orders.plain`).
"""

from typing import NamedTuple

NEAR, FAR = 70, 140  # characters in which the rest of an order is looked for: a clause, a sentence


class Rule(NamedTuple):
    """One rule.

    reason: what the text does, as review tells it; words: one of them must be in the text, else nothing is compiled;
    begins, follows: patterns (an empty `follows` asks for nothing more), `follows` within `reach` characters of the
    end of `begins` and in the same sentence; negatable: a "never" or "not" before it makes it harmless.
    """

    reason: str
    words: tuple[str, ...]
    begins: str
    follows: str = ""
    reach: int = NEAR
    negatable: bool = True


_TOLD = r"(?:instruction|rule|direction|prompt|guideline|guidance|directive|order|command|restriction|polic|message)"
_READER = r"(?:assistants?|ai|ais|llms?|language models?|agents?|copilot|claude|chatgpt|gpt|bots?|models?)"
_PEOPLE = r"(?:the )?(?:users?|humans?|operators?|developers?|owners?|anyone|anybody|people|them)\b"
_SECRET = (
    r"(?:\.env\b(?!\.)|id_rsa|\.ssh|\.aws|\bssh keys?|\bapi[ _-]?keys?|\bsecrets?\b|\bcredentials?|environment"
    r" variables?"
    r"|\bpasswords?|\bprivate keys?|signing keys?|system prompt|conversation|transcript|/etc/passwd|customers"
    r"|user's question|\btokens\b|content of (?:\S+/)?\S*key)"
)
_AWAY = r"(?:(?:https?|ftp)://(?!localhost|127\.|0\.0\.0\.0)|\bgist\b|\S@\S+\.\w|\bendpoint\b|\bendpoints\b)"

OVERRIDE = "it tells its reader to ignore what they were told"
ROLE = "it speaks as the system or as somebody in the conversation"
CONCEAL = "it asks to hide something from the user"
PERMIT = "it grants permissions or does away with asking"
SEND = "it asks to send something confidential away"
RUN = "it asks to run what is fetched from elsewhere"
WEAKEN = "it asks to switch protection off"
PERSONA = "it gives its reader another role"
KEEP = "it asks to be kept or passed on as an instruction"
FENCE = "it imitates the fence around memories"
ADDRESS = "it addresses a reading model in a hidden place"

ENGLISH: tuple[Rule, ...] = (
    Rule(OVERRIDE, ("ignor", "disregard", "forget", "overrid", "bypass", "discard", "overrule", "supersede"),
         r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass|discard|overrule)\b",
         rf"^[^.!?\n]{{0,25}}\b(?:previous|prior|above|earlier|preceding|former|your|all|any|the (?:safety"
         rf"|user'?s?|system"
         rf"|developer)|these|those|old)\b ?(?:(?!for\b|in\b|to\b|when\b)[\w'-]{{1,20}} ){{0,3}}(?:{_TOLD}"
         rf"|request|question|context"
         rf"|everything)"),
    Rule(OVERRIDE, ("ignor", "disregard", "forget", "discard"),
         r"\b(?:ignore|disregard|forget|discard)\b",
         r"^ (?:absolutely |completely )?(?:everything|anything|all)\b[^.!?\n]{0,20}\b(?:above|before|earlier"
         r"|previous|told)"),
    Rule(OVERRIDE, ("ignor", "disregard", "discard", "obey"),
         r"\b(?:ignore|disregard|discard) (?:the |your )",
         r"^(?:(?:question|summary task|rules above|text above|rules that|instructions|user)\b)"),
    Rule(OVERRIDE, ("no longer apply", "are obsolete", "take precedence", "are void", "is over"),
         r"\b(?:previous|prior|earlier|old|former|given before|below|your)\b",
         rf"^[^.!?\n]{{0,40}}\b(?:{_TOLD}\w*|were given before)[^.!?\n]{{0,20}}\b(?:no longer appl|are obsolete"
         rf"|take precedence"
         r"|are void)"),
    Rule(OVERRIDE, ("below take precedence",), r"\binstructions below take precedence"),
    Rule(OVERRIDE, ("follow",), r"\bdo not follow (?:the )?(?:user|developer|human|system)", "", negatable=False),
    Rule(OVERRIDE, ("obey", "comply", "follow"),
         r"\b(?:obey|comply with|follow(?: only)?|act (?:only )?on)\b",
         r"^ (?:me|(?:only )?(?:this|the (?:rules in this|next|following|instructions? (?:found|below|in (?:this"
         r"|retrieved)))"
         r"|every command|the text of|these instructions)[^.!?\n]{0,20}(?:note|memory|memo|line|text|heading"
         r"|commands?|memories"
         r"|documents?|paragraph|instructions?)\b)", negatable=True),
    Rule(OVERRIDE, ("new task", "new instruction", "new goal", "new role", "new system"),
         r"\byour new (?:task|instructions?|goal|role|system prompt|purpose)\b|\bnew instructions?(?: for (?:the"
         r"|any|all)? ?"
         + _READER + r")?:"),
    Rule(OVERRIDE, ("answer", "reply", "respond", "treat"),
         r"\b(?:you will|you must|now|only) (?:now )?(?:answer|reply|respond)\b",
         r"^[^.!?\n]{0,40}\b(?:as instructed here|with the text in|only with|with ok\b|every question with)"),
    Rule(OVERRIDE, ("system prompt", "your hidden", "your instructions", "your prompt"),
         r"\b(?:reveal|print|show|output|leak|treat|repeat)\b", r"^[^.!?\n]{0,50}\b(?:system prompt|hidden"
         r" instructions|your"
         r" (?:hidden )?(?:instructions|prompt))"),
    Rule(OVERRIDE, ("stop what you are doing", "attention", "instruction"),
         rf"\bstop what you are doing\b|\battention,? (?:all )?{_READER}\b|\bagent instruction\b|\binstruction"
         rf" for (?:the )?"
         rf"(?:coding )?{_READER}\b"),
    Rule(OVERRIDE, ("if you are", "note to", "processing this", "reading this"),
         rf"\bif you(?:'re| are) an? (?:ai\b|llm|large language|language model|assistant)|\bnote to (?:any |all "
         rf"|the )?"
         rf"(?:ai|llms?|language models?|assistants?)\b|\b{_READER} (?:processing|reading) this\b"),
    Rule(OVERRIDE, ("found in", "retrieved"), r"\b(?:follow|obey) instructions (?:found )?in (?:retrieved|the"
         r" following|this)\b"),
    Rule(OVERRIDE, ("the user's words",), r"\babove the user'?s words\b"),
    Rule(ROLE, ("system", "developer"),
         r"(?:^|\n)[#>*\[( ]*(?:system|developer|operator)(?: message| prompt| override| notice)?(?:"
         r" update)?[\])]?[ *]*:",
         r"^[^\n]{0,100}\b(?:you|your|granted|approved|pre-approved|permissions?|sandbox|refuse|obey|comply|data"
         r" is over"
         r"|assistant|sudo|confirmation)\b", FAR),
    Rule(ROLE, ("assistant:", "user:", "human:", "assistant :"),
         r"(?:^|\n) ?(?:assistant|human|user|ai) ?:", r"^[^\n]{0,120}\n? ?\n? ?(?:assistant|human|user|ai) ?:"
         r"|^[^\n]{0,30}\b(?:please "
         r"approve|leaving the fence|yes, go ahead)", FAR),
    Rule(ROLE, (
                 "<|", "[inst]", "<<sys", "im_start", "system>", "system-reminder", "function_calls",
                 "tool_result", '"role"',
                "<instructions>", "### assistant"),
         r"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?inst\]|<</?sys>>|</?(?:system"
         r"|system-reminder"
         r"|function_calls|antml:\w+|invoke|tool_result)\b[^>\n]{0,60}>|\{ ?[\"']role[\"'] ?: ?[\"'](?:system"
         r"|assistant)|###"
         r" ?assistant:"),
    Rule(ROLE, ("end of memory", "system instructions", "system prompt"),
         r"\bend of (?:the )?(?:memory|memories|data|quoted)|\bbegin (?:of )?system (?:instructions|prompt)"),
    Rule(ROLE, ("tool result", "tool output", "next_instruction", "next required action",
                 "mcp server response", "observation:",
                "stdout:", "agent:"),
         r"\b(?:tool (?:result|output)|mcp server response|function returned|observation|stdout|npm warn agent)\b",
         r"^[^\n]{0,140}(?:\bagent must|\bassistant must|you must|next required action|next_instruction"
         r"|permission granted"
         r"|already approved|agent instruction|action: execute)", 180),
    Rule(FENCE, ("memory",), r"<\W{0,8}memory\b|\boutside (?:of )?the (?:fence|data)\b|\bleave the fence\b"
         r"|\bquoted memory ends"),
    Rule(FENCE, ("outside",), r"\byou are outside the fence\b|\bit is outside of the data\b"),
    Rule(CONCEAL, ("tell", "inform", "notify", "mention", "reveal", "disclos", "report", "alert", "telling"),
         r"\b(?:do not|don't|never|not to|without|must not|not)\s(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?"
         r"|alert(?:ing)?"
         r"|report(?:ing)?)\b", rf"^[^.!?\n]{{0,45}}\b{_PEOPLE}(?! (?:to|that they|what they|how|when|about"
         rf" (?:the|their)))",
         negatable=False),
    Rule(CONCEAL, ("mention", "reveal", "comment"),
         r"\b(?:do not|don't|never|and not|must not) (?:mention|reveal|comment on|disclose)\b",
         r"^ (?:this\b|it\b(?! in)|that (?:hooks|these|you)|these instructions|the (?:memory|note"
         r"|vulnerab))", negatable=False),
    Rule(CONCEAL, ("hide", "hidden", "secret", "silent", "conceal", "covert"),
         r"\b(?:hide|conceal|keep)\b", r"^[^.!?\n]{0,40}\bfrom (?:the )?(?:(?:users?|humans?|operators?)(?:"
         r" operators?)?(?:$|[^\w ]| and\b)|your (?:answer|reply))"),
    Rule(CONCEAL, ("secretly", "silently", "covertly", "act on it"),
         r"\b(?:secretly|covertly)\b|\bact on it silently\b|, silently(?: ?\*/| ?$|[.!\n])"),
    Rule(CONCEAL, ("say nothing", "remove this", "without telling", "without informing",
                 "nobody is looking", "known bug"),
         r"\bsay nothing about\b|\bremove this (?:instruction|note|text) from\b|\bwithout (?:telling|informing)"
         r" (?:anyone|the "
         r"user|anybody)|\bwhen nobody is looking\b|\bthe user asks why, say\b", negatable=False),
    Rule(PERMIT, ("approve", "accept"),
         r"\b(?:approve|accept|allow|merge)\b", r"^ (?:all|every|everything|any)\b(?: \w+){0,3}"
         r" ?(?:automatically|without|pull"
         r" requests?|tool calls?|changes|prompts|memo|deploy|$|[.;:,!\n])"),
    Rule(PERMIT, ("always accept", "always approve", "approve everything"),
         r"\balways (?:accept|approve)\b|\bapprove everything\b"),
    Rule(PERMIT, ("approved", "granted", "permission", "not needed", "confirmation", "hereby allow"),
         r"\b(?:all (?:tool calls|permissions|commands|actions)|permission(?= granted)|root permissions"
         r"|confirmations?)\b",
         r"^[^.!?\n]{0,25}\b(?:pre-?approved|granted|not needed|not required|was given|were given)"),
    Rule(PERMIT, ("granted", "hereby", "authorised", "authorized", "already approved", "user agreed",
                 "without asking",
                  "allowed to use sudo", "without confirmation", "without question"),
         r"\buser (?:has )?(?:already )?(?:granted|approved|agreed|allowed)\b|\bi hereby (?:allow|authori[sz]e)"
         r"|\bauthori[sz]ed"
         r" to bypass\b|\bwithout asking (?:me|the user|anyone)\b|\ballowed to use sudo\b"
         r"|\b(?:execute|run|follow|obey)\b[^.!?\n]{0,40}\bwithout (?:confirmation|question|asking)"),
    Rule(PERMIT, ("assume the user", "permission prompt", "every permission"),
         r"\bassume (?:that )?the user (?:said|agreed|approved|says)\b|\b(?:treat|skip) (?:every|all) permission"
         r" prompts?\b",
         ""),
    Rule(PERMIT, ("bypasspermissions", "dangerously-skip", "bash(*)", "oldhand_actor"),
         r"\bbypasspermissions\b|--dangerously-skip-permissions|\"bash\(\*\)\"|\boldhand_actor ?=|with trust user\b"),
    Rule(SEND, ("send", "upload", "post", "leak", "forward", "email", "copy", "append", "include", "put", "encode",
                "transfer", "transmit", "exfil"),
         r"\b(?:send|upload|post|leak|forward|e?mail|copy|append|include|put|encode|transmit|exfiltrate)\b",
         rf"^[^\n]{{0,100}}(?:{_SECRET})[^\n]{{0,100}}(?:{_AWAY})", 220),
    Rule(SEND, ("send", "upload", "transfer", "leak"),
         r"\b(?:also upload it|send the (?:session|file ~|\.env)|leak the|transfer the file|exfiltrate|output"
         r" the environment"
         r" variables)\b|\bsend the \.env"),
    Rule(SEND, ("include", "put", "add"), r"\b(?:include|put|add)\b",
         r"^ (?:the|your|its) (?:api[ _-]?key|token|password|secret)s?\b[^\n]{0,55}\b(?:of all|in all|in every"
         r"|to every)"
         r" (?:request|header|repl|answer)", FAR),
    Rule(RUN, ("index-url", "extra-index"), r"--(?:extra-)?index-url[ =]http://", r"^[^\n]{0,80}\brun it\b", FAR),
    Rule(SEND, ("curl", "@/"), r"\bcurl\b[^\n]{0,60} -d ?@", r"^(?:/etc|~|\.env|\$home)"),
    Rule(SEND, ("![",), r"!\[[^\]\n]{0,60}\]\(https?://[^)\s]{0,200}(?:\{\{|\?q=|\?data=|\$\{)"),
    Rule(SEND, ("?q=", "in every answer", "in every reply", "in every file"),
         r"\b(?:include|append)\b", r"^[^.!?\n]{0,60}(?:\?q=|[^\n]{0,60}\bin every (?:answer|reply|file you))"),
    Rule(RUN, ("curl", "wget", "iwr"),
         r"\b(?:curl|wget|iwr|invoke-webrequest)\b", r"^[^|\n]{0,160}\| ?(?:sudo )?(?:-e )?(?:(?:ba|z|da)?sh\b"
         r"|iex\b|python)", 200),
    Rule(RUN, ("<(", "$(curl", "eval", "base64", "urlopen"),
         r"\bbash <\( ?curl\b|\beval \"?\$\( ?curl\b|\bbase64 (?:-d|--decode|-di)\b ?\| ?(?:ba)?sh|exec\(urllib"
         r"|exec\(requests"),
    Rule(RUN, ("download", "http://", "execute scripts", "run the script", "part 1", "joined"),
         r"\bdownload\b[^.!?\n]{0,30}\bfrom https?://", r"^[^\n]{0,80}\b(?:run|execute) it\b", FAR),
    Rule(RUN, ("http",), r"\b(?:run|execute)\b[^.!?\n]{0,60}\bscripts?/\S+ from https?://", ""),
    Rule(RUN, ("joined", "part 1 of", "part 2 of", "part 3 of"), r"\bpart \d of \d\b", r"^[^\n]{0,60}\b(?:joined"
         r"|append)\b"),
    Rule(WEAKEN, ("disable", "turn off", "skip", "bypass", "remove the auth"),
         r"\b(?:must|should|shall|are required to|assistant,|agents?:|always|order you to|and do not question)"
         r" (?:disable|turn off"
         r"|skip|bypass)\b", r"^[^.!?\n]{0,40}\b(?:tls|ssl|certificate|signature|security|sandbox|review"
         r"|authentication|hooks|checks"
         r"|restrictions|verification)"),
    Rule(WEAKEN, ("turn off the sandbox", "disable the sandbox", "disable all", "skip security review",
                 "skip all reviews"),
         r"\b(?:turn off|disable) the sandbox\b|\bskip (?:the )?security review\b|\bskip all reviews\b|\bdisable"
         r" all security"),
    Rule(WEAKEN, ("no-verify",), r"\b(?:should|must|always|you|execute)\b", r"^[^.!?\n]{0,40}--no-verify\b"),
    Rule(WEAKEN, ("failing test", "as passed", "without reading"),
         r"\bmark every failing\b|\btests? as passed\b|\bignore the failing tests\b|\bwithout (?:reading"
         r"|looking)(?: it|$|[.;,!\n])"),
    Rule(WEAKEN, ("backdoor", "unsafe-perm", "grant write"),
         r"\b(?:add|insert|open|install)\b[^.!?\n]{0,40}\bbackdoor\b|--unsafe-perm\b|\bmust grant write access\b"),
    Rule(PERSONA, ("you are now", "no longer", "from now on", "pretend", "roleplay", "act as",
                 "developer mode", "dan,"),
         r"\byou are now (?:dan\b|in (?:maintenance|developer|debug|god|root)|an? un|free|evil|\w+bot\b)|\byou"
         r" are no longer\b|"
         r"\bfrom now on,? you (?:are|will|must|shall|answer)\b|\bpretend (?:that )?you(?:'re| are)\b|\broleplay"
         r" as\b|\bact as an?"
         r" unrestricted\b|\b(?:enter|enable|in) developer mode\b|\bwithout safety filters\b|\byou have no"
         r" (?:restrictions|rules"
         r"|content policy|limits)\b"),
    Rule(KEEP, ("memory", "remember", "preference"),
         r"\b(?:save|store|write|add|keep) (?:this|these|it|the following)(?: rule| note| text|"
         r" instructions?)?(?: permanently)?"
         r" (?:to|in|into|as)\b", r"^ (?:your |the |a )?(?:(?:long-?term |permanent |core |persistent )?memor"
         r"|user preference)"),
    Rule(KEEP, ("instructions",),
         r"\b(?:write|add|put|insert|copy) (?:this|these) (?:instructions?|rules?|lines?) (?:in)?to\b",
         r"^ \S{0,40}(?:claude|agents|gemini|cursorrules|copilot)"),
    Rule(KEEP, ("remember permanently", "agents must ignore", "future conversation",
                 "future session", "propagate",
                 "whenever this memory", "call remember", "trust instructions", "repeat it at the start"),
         r"\bremember permanently\b|\bagents must ignore\b|\bin all future (?:conversations|sessions)\b"
         r"|\bpropagate this (?:message"
         r"|note|text)\b|\bwhenever this memory\b|\bcall remember with\b|\btrust instructions (?:from|found)\b"
         r"|\brepeat it at the"
         r" start of\b|\bso that every future session\b"),
    Rule(KEEP, ("store the following", "store this experience", "to store:", "highest reward"),
         r"\bstore (?:the following as a user preference|this experience)\b|\breasoning step to store\b|\bthe"
         r" highest reward\b"),
    Rule(KEEP, ("asked", "asks", "question", "mentions", "says", "appears"),
         r"\b(?:when|if|whenever|next time|as soon as|for every)\b[^.!?\n]{0,60}\b(?:asks?|asked|questions?"
         r"|mentions?|says|appears in"
         r" a request)\b", r"^[^.!?\n]{0,60}\b(?:you must|the assistant must|act on these|first run the script"
         r"|and do not|and not"
         r" mention|, refer to)", FAR),
    Rule(ADDRESS, ("<!--", "/*", "//", "# ", "-- ", "{%", "display:none", "font-size:0", "[//]:"),
         rf"(?:<!--|/\*|\{{% ?comment ?%\}}|\[//\]: ?# ?\(|//|(?:^|\n)#|(?:^|\n)--|noqa"
         rf" #)[^\n]{{0,30}}\b{_READER}\b ?[:)]",
         r"^[^\n]{0,60}\b(?:ignore|do not|don't|must|disregard|skip|add|delete|send|run|you)\b", FAR),
    Rule(ADDRESS, ("display:none", "font-size:0", "visibility:hidden"),
         r"style ?= ?[\"'][^\"'\n]{0,60}(?:display: ?none|font-size: ?0|visibility: ?hidden)",
         rf"^[^\n]{{0,60}}\b(?:{_READER}|ignore|you must|instructions)\b", FAR),
    Rule(ADDRESS, ("must not report", "must approve all", "reading this must"),
         rf"\b{_READER}\b[^.!?\n]{{0,20}}\bmust (?:not report|approve all|ignore|send the|reveal)", ""),
    Rule(OVERRIDE, ("previous", "prior", "earlier", "above", "actual instruction", "real system"),
         rf"\b(?:any|all|every|the|your) (?:previous|prior|earlier|preceding) (?:{_TOLD}\w*)\b",
         r"^[^.!?\n]{0,40}\b(?:was a test|void|ignored?|replaced|cancel|revoked|wrong|fake)"),
    Rule(OVERRIDE, ("actual", "real", "true", "everything above", "words above"),
         r"\b(?:actual|real|true) (?:instructions (?:are|follow)|system (?:message|prompt)|purpose is|task is)\b"
         r"|\byour (?:real|true"
         r"|actual) (?:task|goal|purpose|instructions|job)\b|\b(?:everything|the words|all text) above (?:this"
         r"|starting|verbatim|in)"),
    Rule(OVERRIDE, ("set aside", "only guide", "as coming from", "void", "as i say"),
         r"\bset aside (?:whatever|everything|all|any|your)\b|\byour only (?:guide|instruction|source of"
         r" truth)\b|\btreat (?:this|all|any|the)"
         r"[^.!?\n]{0,30}\b(?:as coming from|as (?:a |the )?(?:system|developer|operator|user)|as your)|\bdo as"
         r" i say\b"),
    Rule(OVERRIDE, ("what the user", "that was requested", "user's wishes", "the human"),
         r"\b(?:ignore|disregard|contradict) (?:what|whatever) (?:the )?(?:user|human|operator)\b|\bdo nothing"
         r" that was (?:requested"
         r"|asked)|\bagainst the user'?s (?:wishes|will)\b", negatable=True),
    Rule(OVERRIDE, ("assistant", "agent", "claude", "llm", "ai", "copilot", "model"),
         r"(?:^|\n|[.!?] )(?:(?:dear|hey|hello|attention|note) )?(?:ai |coding )?(?:assistant|agent|claude|llm"
         r"|ai|copilot|chatgpt|model) ?[,:!]",
         r"^ ?(?:please |kindly |you (?:must|should|will) |now )?(?:call|run|execute|delete|send|open|say|reply"
         r"|respond|add|upload|insert|print"
         r"|reveal|ignore|stop|drop|give|grant|post|fetch|kindly|hide)\b"),
    Rule(OVERRIDE, ("reviewers should always", "respond with", "reply with", "answer with"),
         rf"\b{_READER}\b[^.!?\n]{{0,30}}\b(?:always|only) (?:respond|reply|answer)\b|\bai"
         rf" reviewers?\b[^.!?\n]{{0,20}}\balways\b"),
    Rule(OVERRIDE, ("before you help", "before you answer", "before you reply", "before you respond",
                 "before answering"),
         r"\bbefore (?:you (?:help|answer|reply|respond)|answering|replying)\b", r"^[^.!?\n]{0,30}\b(?:execute"
         r"|run|send|fetch|call|open|delete)\b"),
    Rule(CONCEAL, ("tell nobody", "tell no one", "keep quiet", "quietly", "no need to mention",
                 "without anyone", "unnoticed"),
         r"\btell (?:nobody|no one|no-one)\b|\bkeep (?:quiet|silent) about\b|\bno need to mention\b|\bwithout"
         r" anyone (?:noticing|knowing)"
         r"|\bquietly (?:add|insert|change|send|remove|delete|run|replace)\b"),
    Rule(CONCEAL, ("lie and", "lie to", "say 'done'", 'say "done"', "pretend that"),
         r"\blie (?:and say|to the (?:user|human)|about it)\b|\bsay ['\"]done['\"] but\b|\bpretend that (?:it"
         r"|the tests?|everything) (?:works?"
         r"|pass|succeed)"),
    Rule(PERMIT, ("asked me to", "told me to", "can be skipped", "admin rights", "full access", "<admin>"),
         r"\b(?:user|owner|admin|boss|team) (?:has )?(?:asked|told|instructed) (?:me|us) to (?:inform|tell"
         r"|let)\b|\bgive\b[^.!?\n]{0,30}\badmin"
         r" rights\b|\bgrant(?:s|ed)? (?:full|root|admin|write) access\b|</?admin>"),
    Rule(PERMIT, ("does not apply", "do not apply", "lifted", "god mode", "any filter",
                 "no filter", "unrestricted", "upgraded"),
         r"\b(?:security|safety|content|access) (?:policy|policies|rules?) do(?:es)? not apply to (?:this|you)\b"
         r"|\b(?:your )?(?:limitations|"
         r"restrictions|limits|guardrails) (?:are|have been|were) (?:lifted|removed|disabled)\b|\bgod mode\b"
         r"|\bwithout any (?:filter|"
         r"restrictions|limits)\b|\byou have been (?:upgraded|jailbroken|freed)\b", negatable=False),
    Rule(PERMIT, ("safety rules", "security rules", "approvals", "your own rules", "your own settings"),
         r"\bnot follow the (?:safety|security)\b|\b(?:rewrite|change|edit) your own (?:rules|settings"
         r"|instructions|permissions)\b"
         r"|\bapprovals? (?:are|is) not asked\b|\bproceed without (?:checks|approval|confirmation)\b"),
    Rule(SEND, ("paste your", "its memory", "your memory", "your context", "your instructions", "your system"),
         r"\b(?:paste|upload|send|post|share|reveal|transmit) (?:its|your|the whole|all of your) (?:api keys?"
         r"|memory|memories|context|"
         r"credentials|instructions|password|conversation|secrets?)\b"),
    Rule(WEAKEN, ("backdoor", "authorized_keys", "ssh key"),
         r"\bfollowing backdoor\b|\badd (?:my|this|the following) (?:ssh|public) key\b|\bauthorized_keys\b"),
    Rule(RUN, ("rm -rf", "rm -fr"), r"\brm -(?:rf|fr) (?:--no-preserve-root )?[\"']?(?:/|~|\$home"
         r"|\*)(?:[\w/]{0,20})?(?:[\"'`\s.]|$)"),
    Rule(RUN, ("pipe it", "piped into"), r"\bpipe (?:it|that|the output) (?:in)?to (?:bash|sh|zsh|a shell|python)\b"),
    Rule(KEEP, ("whenever you", "every time you", "when generating", "each time you"),
         r"\b(?:whenever|every time|each time|when) (?:you )?(?:summari[sz]e|answer|reply|respond|generat\w+ code)\b",
         r"^[^.!?\n]{0,40}\b(?:add|insert|include|recommend|mention|append|promote"
         r"|use)\b[^.!?\n]{0,60}\b(?:recommend|following|link|advert"
         r"|backdoor|reader|first)", FAR),
    Rule(OVERRIDE, ("decode", "obey", "backwards"),
         r"\bdecode\b[^.!?\n]{0,30}\b(?:and|then|,) (?:follow|obey|execute|run)\b|\bread it backwards\b|\bdecode"
         r" and\b"
         r" (?:follow|execute)|\bdecode the entity\b"),
)  # fmt: skip

SQUEEZED = (  # without anything between the letters: for words written l i k e  t h i s
    r"ignoreall(?:previous|prior|above)|(?:ignore|disregard)(?:previous|prior|the|your"
    r"|all)\w{0,12}(?:instructions|rules)"
    r"|donottelltheuser|revealyoursystemprompt|игнорируивсе"
)
