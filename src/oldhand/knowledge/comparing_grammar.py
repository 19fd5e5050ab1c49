"""The small words of a sentence, by what they do when a statement is read for comparison. English and Russian."""

from oldhand.knowledge.comparing_words import word_set
from oldhand.model.terms import ENGLISH_STOP_WORDS, RUSSIAN_STOP_WORDS, stem

STOP = ENGLISH_STOP_WORDS | RUSSIAN_STOP_WORDS
SCOPES = word_set("for in on during within inside under across among of для на в во при внутри из")
CHOSEN_IN = frozenset(
    stem(word)
    for word in word_set(
        "write store keep host run deploy live put save place log locate reside build implement publish "
        "render serialize encode display show wrap pack ship return save cache record measure price express "
        "format archive describe define model specify document declare configure manage track plan organize "
        "organise collect validate merge push branch "
        "вливать вливаем мержить мержим пушить пушим деплоить деплоим складывать отправлять отправляем выкатывать "
        "выкатываем слать вести хранить писать запускать лежать размещать собирать отдавать работать"
    )
)
PREPOSITIONS = word_set("with via by through to at as from over than into onto с через по к от чем")
COPULAS = word_set("is are was were be sits lies находится находятся лежит лежат")
# Words that mean something else when they are written in capitals, and what they can take the place of.
WRITTEN_LARGE = dict.fromkeys(word_set("GET POST PUT PATCH DELETE HEAD"), "method")
WRITTEN_LARGE |= dict.fromkeys(word_set("US EU UK APAC EMEA LATAM"), "region")
WRITTEN_LARGE |= dict.fromkeys(word_set("DEBUG INFO WARN WARNING ERROR FATAL TRACE"), "level")
ARTICLES = word_set("the a an each every our your this that its их наш ваш этот each all")
CONDITIONS = word_set("if when whenever because since although where which so если когда потому поскольку где так")
NOUN_FOLLOWS = PREPOSITIONS | SCOPES | ARTICLES
GOES_ON = word_set("use prefer always а they it we you this он она они мы")  # behind a comma: another clause
WHENEVER = word_set("if when whenever если когда")
FAINT_NOUNS = frozenset(stem(word) for word in word_set("current default new case way thing part need set same"))
CONJUNCTIONS = word_set("but however while whereas yet otherwise но зато однако тогда")
AND = word_set("and or but и или а но")
# "not" behind one of these denies what follows with its verb; behind other words it denies what stands right behind it.
AUXILIARY = word_set(
    "is are was were be been being am do does did must should shall may might can could will would has have had need "
    "it we you they i that there so if when please also and or but then to better still strictly currently"
)
SHORT = word_set("instead without non без вместо")  # deny the words right behind them, not their clause
ENDS_SHORT = word_set(
    "for in on to when if at with by from because since as and so that для в на при когда если чтобы по с и to"
)
LACKING = word_set("without без")
UNLESS = word_set("until unless till without before without пока без до прежде")
AMBIGUOUS = word_set(
    "go make just rest black fish poetry ant less express spring fiber echo gin rocket remix emotion zap tap "
    "ty rye hatch ninja swift dart drone temporal celery puppet vault chef helm oracle git tap cargo task "
    "session basic-auth session sessions once master main testing salt conda drizzle react stylus sentry zig "
    "rust ruby julia perl consul bun uv just notification raise lower reduce author default named preview top "
    "even odd push pull success failure light hard soft rush pants unleash flux requests vector clerk nexus harbor "
    "hugo hilt koin stripe slack telegram bunny pug mise ses joi mistral dagger brew moment flipper apt segment"
)
NAMED_WORDS = word_set("soft hard raise lower reduce author default named top push pull light main master session")
OPEN_ENDED = word_set(
    "need needs require requires support supports include includes contain contains accept accepts allow "
    "allows provide provides import imports also understand understands read reads have has нужен нужна нужно "
    "нужны требует требуется поддерживает поддерживаем включает содержит принимает также"
)
PAST = word_set("previously formerly originally initially раньше прежде изначально ранее")
SINCE = word_set("since from starting effective с начиная")
UNTIL = word_set("until till through до по")


SLASHED = word_set("and/or read/write yes/no on/off input/output client/server true/false и/или")
