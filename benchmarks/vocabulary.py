"""The words of the corpus. The commonest come first: their rank is their frequency."""

ENGLISH_COMMON = (
    "the of to and a in is it that for was on are as with be by this not or at from we but an have has if they "
    "which when one can all their so will there more no out up into its than only other new some could time these "
    "two may then do first any like now over such our even most made after also did many before must through years "
    "where much way well down should because each just those people how too little state good very make world still "
    "own see work long get here between both life being under never day same another know while last might us great "
    "old year off come since against go came right used take three"
)
ENGLISH_SUBJECTS = (
    "service request user data test build error cache file token client server code queue database table index key "
    "value config deploy release branch commit merge review issue log metric trace alert timeout retry limit pool "
    "thread process worker job task event message topic stream batch window session cookie header body route "
    "handler middleware schema migration column row query transaction lock deadlock replica primary failover backup "
    "restore snapshot checksum hash signature certificate secret password permission role policy tenant account "
    "invoice payment refund currency order cart checkout shipping address customer email template locale "
    "translation timezone date clock skew latency throughput memory heap leak garbage collector allocation buffer "
    "socket connection handshake proxy gateway firewall balancer region zone cluster node container image registry "
    "volume mount kernel package dependency version upgrade downgrade flag feature experiment rollout canary "
    "rollback incident postmortem runbook owner team decision alternative reason tradeoff constraint assumption "
    "risk debt refactor rename module import export interface contract adapter factory parser lexer grammar "
    "compiler linter formatter type generic null pointer exception assertion mock fixture coverage flaky nightly "
    "benchmark profile hotspot budget quota throttle backoff jitter circuit breaker idempotent duplicate ordering "
    "partition shard consumer producer offset checkpoint watermark schedule cron reminder webhook callback "
    "pagination cursor filter sort search ranking vector embedding tokenizer stemmer synonym dashboard chart widget "
    "button form field validation checkbox dropdown modal layout stylesheet font icon accessibility keyboard screen "
    "mobile desktop browser extension plugin theme onboarding signup login logout consent privacy retention "
    "deletion audit compliance encryption decryption rotation vault sandbox isolation namespace quota tariff "
    "discount coupon loyalty"
)
RUSSIAN_COMMON = (
    "и в не на что с по это как но из у за для от так же или бы мы до если уже при был быть есть его только когда "
    "все они нет то после через потому чтобы нельзя нужно можно теперь всегда никогда раньше позже сервис запрос "
    "ошибка данные тест сборка файл очередь база ключ кэш время сервер клиент таблица индекс версия ветка журнал"
)
RUSSIAN_SUBJECTS = (
    "сервис запрос ошибк данн тест сборк файл очеред баз ключ кэш врем сервер клиент таблиц индекс верси ветк "
    "журнал пользовател заказ платеж возврат валют счет договор адрес письм шаблон перевод пояс задержк памят утечк "
    "буфер соединени прокси шлюз кластер узел контейнер образ том пакет зависимост обновлени откат флаг выкладк "
    "инцидент дежурн решени причин ограничени риск долг модул интерфейс разбор тип исключени проверк покрыти профил "
    "бюджет квот повтор дубликат порядок раздел потребител смещени расписани напоминани страниц фильтр поиск вектор "
    "панел кноп форм пол окн шрифт вход выход согласи удалени аудит шифровани секрет пространств тариф скидк"
)
RUSSIAN_ENDINGS = (
    "а у е ы и ой ом ов ам ах ами ь ю я ями ия ие ью ный ного ному ными ная ное ные ет ит ут ают ала ило или ать ить"
)
RUSSIAN_PREFIXES = "пере под за вы про от над до"
_SYLLABLES = (
    "ba be bri cal cor dar del dro el fen fi gar gel hov ix jas ka kel kor lam len lor mav mer mo nar nex ol or "
    "pax pel qua quor ra rel rin sel slo sto tan tel tor ul vak vel vor wex yar zen zor pg k8 db net sys log rpc"
)
SYLLABLES = _SYLLABLES.split()
SUFFIXES = ["", "", "er", "ing", "ed", "s", "ion", "able", "ment", "van", "ity", "ist", "ful", "ness", "ly"]
_IDENTIFIER_PARTS = (
    "user account order cart payment refund invoice token session cache queue worker retry backoff timeout limit "
    "pool batch stream event topic message handler route proxy gateway client server schema table column index "
    "query lock replica shard backup snapshot hash sign cert secret role policy tenant locale zone clock metric "
    "trace alert log config flag feature build deploy release branch merge parser lexer type mock fixture widget "
    "button form field modal theme plugin vault audit sandbox search rank vector embed stem page cursor filter "
    "sort job task cron hook callback upload download image thumb render layout store state reducer effect action "
    "model view api rest rpc grpc http json yaml toml sql orm redis kafka s3"
)
IDENTIFIER_PARTS = _IDENTIFIER_PARTS.split()
FILE_ENDINGS = ["py", "py", "ts", "tsx", "go", "rs", "java", "sql", "yaml", "toml", "md", "sh"]
KINDS = ["claim", "claim", "claim", "gotcha", "convention", "decision", "question", "reminder", "gap", "summary"]
DOMAINS = ["architecture", "decisions", "patterns", "tasks", "issues", "dependencies", "history", "context"]
_TAGS = (
    "api auth billing ci cost data db docs flaky frontend infra legacy legal mobile ops perf privacy release "
    "search security storage testing ux windows"
)
TAGS = _TAGS.split()
TOOLS = ["docker", "kubectl", "pytest", "cargo", "npm", "make", "git", "psql", "terraform", "gh", "curl", "redis-cli"]

ENGLISH_FRAMES = [
    "*.", "*.", "We chose * over what was there.", "*, because of *.", "Never *.", "When *, check the logs first.",
    "The reason for * is that nobody owned it.", "After the incident we agreed: *.", "*; see the runbook.",
    "Until March * will stay as it is.", "Ask the platform team about *.", "It looked like * but it was not.",
    "Tests for * are flaky on Mondays.", "Rejected: *. Too slow for what it gives.", "* (measured, not guessed).",
    "Open question: *?", "Do * first.", "Keep * out of the hot path.", "The owner of * left; read the ADR.",
    "Known gap: *.", "* and nothing else.", "Customers noticed * within an hour.",
    "Do not touch * without a migration.", "Old clients still send *.",
]  # fmt: skip
RUSSIAN_FRAMES = [
    "*.", "*.", "Решили: *.", "*, потому что иначе ломается сборка.", "Никогда не делать *.",
    "Если *, смотреть журнал.",
    "Причина: *.", "После инцидента договорились: *.", "Вопрос: *?", "Пока не трогать *.", "* — проверено на проде.",
    "Отказались от *: слишком медленно.", "Спросить у дежурных перед *.", "Старые клиенты шлют *.",
]  # fmt: skip
CODE_FRAMES = [
    "{tool} --{flag}={number} {file}  # {meaning}",
    "{name} = {number}: {meaning}",
    "{name}() raises {other} when {meaning}",
    "export {name}={serial} ({meaning})",
    "{file}:{number}: error: {name} is not {other}; {meaning}",
    "SELECT {flag} FROM {name} WHERE {other} = {number} -- {meaning}",
    "In {file} `{name}` wraps `{other}`: {meaning}",
    "Traceback: {name}: {meaning} (port {number})",
    "POST /api/{flag}/{serial} answers {number} if {meaning}",
    "`{tool} {flag}` needs {name} set; {meaning}",
    "{name} -> {other}: {meaning}",
    "TLS for {flag}.{serial}.internal:{number} ends at {name}; {meaning}",
]
