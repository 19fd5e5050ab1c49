"""What is looked for in English words (`safety_words`)."""

from oldhand.reasoning.safety_words import Rule, compiled

_SPAN = (
    r"(?:\w{1,12} ){0,3}(?:hours?|days?|weeks?|months?|years?|quarters?|sprints?|money|time|effort|work"
    r"|budget|\$?\d[\d,.]{0,10})"
)
_STOPS = (
    r"\b(?:stop|drop|abandon|delete|remove|retire|cancel|roll(?:ing)? back|give up on|switch off"
    r"|shut down)\b"
)

ENGLISH = (
    Rule(
        "certain-words",
        compiled(
            r"\b(?:definitely|certainly|undoubtedly|absolutely) (?:(?:the|a|an) )?(?:right|best|better|sure|certain"
            r"|safe|secure|reliable|works?|fast|superior|will|won't|going|cannot|can't|solves?|scales?|pays?)\b",
            r"\b(?:obviously|clearly|undoubtedly|definitely),? (?:we |I )?(?:must|should|have to|need to)"
            r" (?:\w{1,12} )?(?:use|choose|pick|take|go|adopt|switch|move|migrate|rewrite|buy|build"
            r"|replace|drop|keep)\b",
            r"\b(?:we|I) (?:must|should|have to|need to) (?:obviously|clearly|undoubtedly|definitely)\b",
            r"\b(?:without (?:a |any )?doubt|(?:is|'s|are) no doubt|no doubt that)\b",
            r"\b100 ?(?:%|percent) (?:sure|certain|safe|secure|correct|reliable|right|guaranteed|works?)\b",
            r"\b(?:guaranteed|bound|certain) to (?:work|solve|fix|scale|succeed|win|pay|help)\b",
            r"\b(?:it|this|that|which|definitely|possibly|simply)"
            r" (?:can ?not|can't|won't|will not|never) ~(?:fails?|go(?:es)? wrong)\b",
            r"\b(?:nothing|what) (?:can|could|will) (?:possibly )?go wrong\b",
            r"\b(?:obviously|clearly|simply|plainly) (?:the )?(?:right|best|better|superior|correct)\b",
            r"\b(?:no-brainer|foolproof|bulletproof|silver bullet|solves? everything)\b",
            r"\b(?:the|an|our) obvious choice\b",
            r"\bno way (?:that )?(?:this|it|that|they|we|anything) ~(?:fails?|breaks?|goes? wrong|los\w{1,3}"
            r"|happens?)\b",
            r"\b(?:zero|no|without any) risk\b|\brisk[- ]free\b|\b(?:would|will|'d|I) bet (?:my|the|a|any|on)\b",
            r"\bI (?:can )?(?:guarantee|promise)\b|\btrust me\b|\bworry[- ]free\b",
        ),
        unless=compiled(
            r"\b(?:not|n't|never|hardly|less|nobody is|far from) (?:\w{1,12} )?(?:100|definitely|certainly|absolutely"
            r"|sure|certain|obvious)",
            r"\bturned out\b",
        ),
        required=True,
    ),
    Rule(
        "spent-words",
        compiled(
            rf"\b(?:already|have|has|had|'ve) (?:already )?(?:invested|spent|sunk|poured|put|paid) ~{_SPAN}",
            r"\balready (?:invested|spent|sunk|paid for|put so|in too)\b",
            r"\balready (?:bought|built|written) (?:it|half|most|so|all)\b",
            r"\b(?:so|too) much ~(?:went|gone|put|invested|spent|poured) (?:in|on)\b",
            r"\bafter (?:all|everything) ~(?:effort|work|time|money|years|months|invested|spent|put into)\b",
            r"\bthrow(?:ing)? (?:away|out) (?:everything|all|what|so much|the work|our work|months|years)\b",
            r"\b(?:be|such|is) a (?:waste|shame) (?:not )?to (?:throw|stop|drop|abandon|give|lose|discard|use|leave)\b",
            r"\btoo (?:far|deep) (?:in|along|gone)\b",
            r"\bgo(?:es)? to waste\b|\b(?:be|been|was|were) (?:all )?(?:wasted|for nothing|in vain)\b",
            r"\b(?:has|have|needs?|ought) to be (?:put to use|used up|used now|worth it)\b",
            r"\b\d{1,3} ?(?:%|percent) (?:done|finished|complete|ready|there) ~(?:stop|abandon|turn|give up|quit|drop)",
            r"\bget (?:our|the|its|my) (?:money|effort|investment)(?:'s worth)? (?:back|out)\b",
            r"\btoo late to (?:change|switch|turn back|stop|go back)\b",
            r"\bcome (?:this|so|too) far\b",
            r"\bpaid for ~(?:up front|upfront|in advance|so we)\b",
        ),
        unless=compiled(r"\b(?:measuring|comparing|testing|profiling|evaluating|benchmark\w{0,6})\b"),
        anywhere=compiled(
            _STOPS, r"\b(?:gone either way|sunk|regardless|will not come back|cannot get (?:it|that) back)\b"
        ),
    ),
    Rule(
        "recent-words",
        compiled(
            r"\b(?:after|since|because of|following|given) (?:yesterday|last (?:night|week|month|friday|monday)"
            r"|this morning)(?:'s)?\b",
            r"\b(?:yesterday|last (?:night|week|month)|this (?:morning|week)|just now) ~(?:crash|fail|broke"
            r"|went down|outage|incident|breach)",
            r"\b(?:crash\w{0,3}|fail\w{0,3}|broke|went down|outage|incident|breach) ~(?:yesterday|last (?:night"
            r"|week|month)|this (?:morning|week))",
            r"\b(?:everyone|everybody|we all|I still) remembers?\b",
            r"\b(?:seen?|read|heard) (?:about )?the news\b",
            r"\b(?:remember|forget|recall)(?:s|ed)? (?:what|how|when|the) ~(?:happened|broke|failed|crashed|went"
            r"|night|time)\b",
            r"\bone (?:of them )?(?:just )?(?:died|failed|crashed|broke|leaked) (?:on|yesterday|last|this|today)\b",
            r"\bit just (?:crashed|failed|broke|went down)\b",
        ),
        anywhere=compiled(
            r"\b(?:\d{1,4}|two|three|four|five|six|seven|eight|nine|ten) (?:out )?of (?:the |our )?\w",
            r"\b\d{1,4} times\b|\bpercent\b|\d ?%",
        ),
    ),
    Rule(
        "hurried-words",
        compiled(
            r"\bno time (?:to|for) (?:compar|think|evaluat|discuss|look|analy|investigat|research|test|weigh)",
            r"\b(?:let's |we |we'll )?just (?:go with|pick|choose) (?:it|one|the|this|that|whatever|\w)",
            r"\bstop (?:discussing|debating|comparing|arguing|talking|thinking)\b",
            r"\b(?:take|pick|choose|go with|use) the first (?:\w{1,12} )?(?:proposal|option|one|thing|answer|idea"
            r"|suggestion)\b",
            r"\b(?:think|worry|talk|care) about ~later\b",
            r"\bfigure (?:it|that|the rest|this) out later\b",
            r"\b(?:tired|sick|bored) of (?:this|the|all|these|talking|discussing|arguing|comparing)\b",
            r"\bwhatever (?:the |he |she |they )?(?:\w{1,16} )?(?:proposed|proposes|suggested|suggests|said|says"
            r"|wants)\b",
            r"\b(?:more important|better) things to do\b|\bmore important things\b|\bcan't be bothered\b",
            r"\b(?:don't|do not|let's not) (?:over ?think|bikeshed|waste time (?:on|compar|discuss))",
            r"\bmeeting (?:ends|is (?:nearly |almost )?over)\b",
            r"\bwhatever works\b",
        ),
    ),
    Rule(
        "easy-words",
        compiled(
            r"\b(?:should|will|would|can|'ll) (?:only|just) (?:take|need|be) (?:a|an|one|two|\d|half)\b",
            r"\bonly takes? (?:a|an|one|two|\d|half)\b",
            r"\b(?:is|'s|be|takes?|needs?) (?:just|only) (?:a|an|one|two|a couple of|a few)"
            r" (?:\w{1,12} )?(?:hours?|days?|minutes?|lines?"
            r"|columns?|flags?|evenings?|afternoons?)\b",
            r"\b(?:is|'s|are|looks|be|column,|line,) trivial\b",
            r"\btrivial to (?:do|add|build|implement|write|port|change)\b"
            r"\b(?:a couple of|a few|one or two|two or three) (?:evenings?|hours?|days?|lines?"
            r"|minutes?) (?:should|will|would"
            r"|ought|and|is|are|at most|max)\b",
            r"\bbasically (?:just |only )?(?:one|a|an|nothing|two)\b|\b(?:how hard|what) can it be\b|\bnothing to it\b",
            r"\bpiece of cake\b|\bin no time\b|\bdead simple\b|\bno big deal\b",
            r"\b(?:be|is) (?:quick|fast to do|easy|done quickly)(?:[.,;!]|$)",
            r"\b(?:over the weekend|in an? (?:afternoon|evening|hour)|by tonight)\b",
        ),
        anywhere=compiled(
            r"\b(?:took|has taken|have taken)\b ~\d",
            r"\b(?:last|previous|two) (?:\w{1,12} )?(?:ones? |before )?took\b",
        ),
    ),
    Rule(
        "others-do",
        compiled(
            r"\b(?:everybody|everyone|all (?:the )?(?:big |other )?(?:companies|teams|startups)"
            r"|the whole industry) (?:else )?(?:now )?(?:uses?|is using|are using|does|do|has|have|switched|moved"
            r"|is moving)\b",
            r"\b(?:Netflix|Google|Amazon|Facebook|Meta|Uber|Spotify|Airbnb|Twitter|FAANG|big tech)(?:,? (?:and"
            r"|or) \w{1,20})? (?:do|does|uses?|did|are doing)\b",
            r"\b(?:nobody|no one) (?:uses|does) ~(?:any ?more|these days|nowadays)\b",
            r"\b(?:the|a) (?:hype|trend|latest fashion)\b",
            r"\b(?:all|every|most) (?:of )?(?:the )?(?:conferences?|talks|blogs?|blog posts"
            r"|conference talks) ~(?:about|says?|are)\b",
            r"\b(?:all the (?:conference )?talks|conference talks are|everyone is talking|everybody talks"
            r"|the cool kids)\b",
        ),
    ),
    Rule(
        "confirmed-words",
        compiled(
            r"\bconfirm(?:s|ed)? (?:what|that what|everything) ~(?:knew|thought|believed|expected|said|felt)\b",
            r"\b(?:as|like) (?:we|I) (?:always |already |have always )?(?:knew|known|thought|suspected)\b",
            r"\b(?:agrees?|agreed) with (?:me|us|what (?:I|we))\b|\bjust as (?:I|we) (?:said|thought|expected)\b",
            r"\b(?:I|we) (?:only|just) (?:read|asked|looked at) ~(?:who|that) (?:like|liked|love|use|support)",
            r"\bprov(?:es|ed|en) (?:that )?(?:we|I) (?:was|were|are|am) right\b",
            r"\b(?:looked|searched|googled|looking) for ~(?:in favou?r|in support|that support|why it is (?:good"
            r"|better|best))",
        ),
    ),
    Rule(
        "first-number",
        compiled(
            r"\bfirst (?:quote|offer|guess|figure|estimate)\b",
            r"\bfirst (?:value|number|price) (?:that )?(?:some|any|we |they |he |she |I |the )",
            r"\b(?:mentioned|named|said|suggested|quoted) ~\b(?:so|and) we (?:start|go|went|take|took|work|stick"
            r"|stay)",
            r"\b(?:stay|stick|keep|stayed) (?:close|near) to (?:that|it|this)\b|\baround that (?:number|figure"
            r"|price|value)\b",
            r"\bstart(?:ing|ed)? from (?:that|there|their|his|her) (?:number|figure|quote|value|estimate|offer)?",
        ),
        anywhere=compiled(r"\b(?:measured|benchmark\w{0,6}|compared|other quotes|second quote)\b"),
    ),
)  # fmt: skip
