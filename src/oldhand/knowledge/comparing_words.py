"""The words that decide whether two statements differ: negations, quantities, opposites, names excluding each other.

English and Russian. Keys are stems (`oldhand.model.terms.stem`) unless it says otherwise. What is not listed here is
an ordinary word: it is compared by its stem and decides nothing by itself.
"""

from oldhand.knowledge.comparing_names import PRODUCTS, WAYS
from oldhand.knowledge.comparing_synonyms import SYNONYMS as SYNONYMS
from oldhand.model.terms import stem


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


# -- turning a clause round ------------------------------------------------------------------------------------------

# Each turns what its clause says into the opposite. Words as written, case-folded, apostrophes taken out.
NEGATIONS = word_set(
    "not never no none nt dont doesnt didnt isnt arent wasnt werent wont cannot cant couldnt shouldnt mustnt "
    "wouldnt hasnt havent hadnt neednt nor neither nobody nothing without non avoid avoids avoiding avoided "
    "refrain refuse forbid forbids forbidden prohibit prohibits prohibited ban bans banned disallow disallows "
    "disallowed instead не ни нет никогда нельзя без запрещено запрещен запрещена запрещены запрещается "
    "запрещать запрет избегать избегайте избегаем недопустимо вместо"
)
# With one of these in a Russian clause, `не` says the same once more.
DOUBLED = word_set("никогда ни нигде никто ничего никакой никакие никаких никому нельзя")
NEGATIONS |= DOUBLED
# Whether the thing must be, should be or may be; by the stem of the word.
_MUST = "must shall mandatory required requires require obligatory compulsory needed necessary"
_MUST += " нужно нужен нужна нужны надо должен должна должно должны"
_MUST += " обязательно обязательный обязательна обязательны обязателен необходимо требуется требует обязан обязаны"
_MAY = "may can could might optional optionally allowed allow allows permitted permit permits можно могут может"
_MAY += " fine ok okay acceptable welcome"
_MAY += " разрешено разрешен разрешена разрешены разрешается допускается допустимо необязательно необязательный"
_MAY += " необязательна необязателен опционально опционален опциональный"
_SHOULD = "should ought recommended следует рекомендуется стоит желательно"
FORCES = {
    word: force for words, force in ((_MUST, "must"), (_MAY, "may"), (_SHOULD, "should")) for word in words.split()
}
# `not` before these takes the duty away and does not forbid.
DUTIES = word_set("need needs required require requires mandatory have has obliged обязательно нужно требуется")

# -- how many, how often ---------------------------------------------------------------------------------------------

_ALL = "all every each any always everyone everything everywhere anyone everybody"
_ALL += " все всех всем всеми всегда каждый каждая каждое каждую каждого каждой любой любая любое любые любого любых"
_SOME = "some sometimes usually often most mostly partly partially occasionally rarely seldom"
_SOME += " некоторые некоторых некоторая иногда обычно часто редко частично большинство отдельные изредка"
_ONLY = "only solely exclusively лишь только исключительно"
_EXCEPT = "except unless excluding besides кроме исключением"
QUANTITIES = {
    word: quantity
    for words, quantity in ((_ALL, "all"), (_SOME, "some"), (_ONLY, "only"), (_EXCEPT, "except"))
    for word in words.split()
}

# -- opposites -------------------------------------------------------------------------------------------------------

# The first word of a pair is the second one denied: "disabled" is "not enabled".
_DENIED = (
    ("discouraged", "encouraged"), ("discourage", "encourage"), ("unnecessary", "necessary"),
    ("impossible", "possible"), ("incompatible", "compatible"),
    ("disable", "enable"), ("disabled", "enabled"), ("disabling", "enabling"), ("off", "on/off"), ("false", "true"),
    ("unsupported", "supported"), ("inactive", "active"), ("deactivated", "activated"), ("unavailable", "available"),
    ("выключен", "включен"), ("выключена", "включена"), ("выключено", "включено"), ("выключены", "включены"),
    ("выключать", "включать"), ("выключайте", "включайте"), ("отключен", "включен"), ("отключена", "включена"),
    ("отключено", "включено"), ("отключены", "включены"), ("отключать", "включать"), ("отключаем", "включаем"),
    ("отключайте", "включайте"), ("отключается", "включается"), ("недоступен", "доступен"),
    ("недоступна", "доступна"), ("недоступны", "доступны"), ("неактивен", "активен"),
)  # fmt: skip
DENIED: dict[str, str] = {stem(one): stem(other) for one, other in _DENIED}
DENIED |= {"no": "yes"}
# "on" is the opposite of "off" behind these words only; elsewhere it is a preposition.
SWITCHES = word_set("is are be stay stays kept keep turn turned switch switched set default by=on =")

# Going out of use and being in use: what says so without a negation. By the word as written.
_LEAVING = "removed dropped deprecated abandoned discontinued retired sunset decommissioned gone deleted replaced"
_LEAVING += " superseded obsolete uninstalled ignored выкинули выпилили отключили"
_LEAVING += " удален удалена удалено удалены убран убрана убрано убрали отказались удалили вывели выведен устарел"
LEAVING = frozenset(_LEAVING.split())

# -- names that exclude each other in one place ----------------------------------------------------------------------

# One group a line (a line that begins with spaces goes on): in the same place of a sentence two of a group cannot
# both hold. Sources of the names: what decision records and agents' instructions of public projects choose between. A
# name may have several spellings (=).
_GROUPS = """
database: postgresql=postgres=pg=постгрес mysql mariadb sqlite mongodb=mongo cockroachdb dynamodb cassandra oracle
    couchdb firestore clickhouse duckdb mssql timescaledb scylladb neo4j supabase planetscale rocksdb leveldb lmdb
    bigquery snowflake redshift
cache: redis memcached valkey hazelcast dragonfly keydb varnish
queue: kafka rabbitmq nats sqs pulsar activemq celery sidekiq zeromq kinesis bullmq resque pubsub dramatiq temporal
    airflow
packager: npm yarn pnpm bun pip uv poetry pipenv conda pdm cargo composer bundler hatch rye
builder: webpack vite rollup esbuild parcel turbopack maven gradle bazel make=makefile cmake meson ninja just ant
    sbt rspack setuptools hatchling taskfile
runner: jest vitest mocha jasmine pytest unittest nose junit testng rspec minitest phpunit ava karma nunit xunit tap
browser: cypress playwright selenium puppeteer testcafe webdriverio
linter: eslint biome oxlint tslint ruff flake8 pylint rubocop checkstyle golangci-lint clippy detekt ktlint
    standardjs shellcheck
formatter: prettier black yapf autopep8 dprint gofmt rustfmt clang-format
types: mypy pyright flow pytype ty basedpyright
language: python javascript typescript java kotlin golang=go rust ruby php scala elixir swift dart perl lua haskell
    clojure csharp c# c++ zig coffeescript groovy julia erlang
runtime: node=nodejs=node.js deno
framework: react vue angular svelte solidjs preact ember htmx django flask fastapi express koa fastify hapi nestjs
    rails sinatra laravel symfony spring quarkus micronaut gin echo fiber actix axum rocket starlette nextjs=next.js
    nuxt remix gatsby astro sveltekit hono
state: redux mobx zustand recoil vuex pinia jotai xstate ngrx
styling: tailwind=tailwindcss bootstrap bulma sass less css-modules emotion styled-components
orm: sqlalchemy prisma typeorm sequelize drizzle hibernate knex gorm diesel mongoose activerecord jooq peewee
    mybatis
cloud: aws gcp azure heroku netlify vercel cloudflare digitalocean fly.io hetzner openstack
container: docker podman buildah containerd
platform: kubernetes=k8s nomad ecs swarm mesos openshift lambda fargate cloudrun
storage: s3 gcs minio ceph azure-blob nfs
ci: jenkins circleci travis gitlab-ci github-actions teamcity buildkite drone bamboo azure-pipelines
infra: terraform pulumi ansible chef puppet cloudformation opentofu saltstack cdk helm kustomize
proxy: nginx apache caddy traefik haproxy envoy
api: rest=restful graphql grpc soap websocket=websockets trpc odata json-rpc sse=server-sent-events polling webhooks
format: json yaml=yml toml xml csv protobuf avro parquet msgpack ini markdown asciidoc restructuredtext plaintext
    html pdf bson cbor jsonl
auth: jwt oauth=oauth2 saml oidc session=sessions basic-auth ldap kerberos mtls passkeys api-keys
hash: md5 sha1=sha-1 sha256=sha-256 sha512=sha-512 bcrypt argon2=argon2id scrypt pbkdf2 blake3 xxhash
key: rsa ed25519 ecdsa dsa
identifier: uuid=uuids uuidv4 uuidv7 ulid=ulids nanoid snowflake-id auto-increment bigint serial
search: elasticsearch opensearch solr meilisearch typesense algolia lucene sphinx
logs: log4j logback winston pino loguru structlog bunyan zap zerolog slog
watch: prometheus datadog grafana newrelic sentry splunk honeycomb opentelemetry bugsnag jaeger zipkin
secret: vault sops 1password doppler
tracker: jira asana trello youtrack redmine notion
vcs: git mercurial svn subversion perforce
forge: github gitlab bitbucket gitea
merge: squash=squashed rebase=rebased merge-commit=merge-commits fast-forward
branching: trunk-based gitflow github-flow
system: linux windows macos=osx=mac freebsd
tongue: english=английский german=немецкий french=французский spanish russian=русский chinese japanese
structure: class=classes=класс function=functions=функция hook=hooks struct=structs dataclass=dataclasses
distribution: debian alpine ubuntu fedora centos distroless rhel
mobile: android ios
shell: bash zsh fish powershell
letter: tab=tabs=табуляция=табы space=spaces=пробел=пробелы
quote: single=одинарный double=двойной
naming: camelcase snake_case kebab-case pascalcase snake-case camel-case pascal-case screaming_snake_case
layout: monorepo polyrepo multirepo
design: monolith=монолит microservices=microservice=микросервисы serverless
paradigm: composition inheritance
rendering: ssr csr ssg isr
flow: sync=synchronous=synchronously=синхронный=синхронно async=asynchronous=asynchronously=асинхронный=асинхронно
side: left=левый=слева right=правый=справа
vertical: top=сверху bottom=снизу
order: ascending=asc=возрастание descending=desc=убывание
newness: newest=latest oldest=earliest
time-order: before=prior=до=перед after=once=после
growth: increase=raise=увеличить decrease=reduce=lower=уменьшить
extreme: minimum=min=минимум maximum=max=максимум
bound: inclusive exclusive
visibility: public=публичный private=приватный=закрытый
place: local=локальный remote=удаленный
network: internal=внутренний external=внешний
party: client=клиент server=сервер
case: lowercase uppercase
eagerness: lazy=lazily eager=eagerly
strictness: strict lenient permissive
writing: read-only=readonly writable read-write
consistency: strong=strongly eventual=eventually
hand: manual=manually=вручную automatic=automatically=автоматический=автоматически
concurrency: parallel=concurrently=параллельно sequential=sequentially=serially=последовательно
export: default named
endian: big-endian little-endian
locking: optimistic pessimistic
deleting: soft hard
license: mit apache-2.0 gpl agpl bsd mpl lgpl unlicense proprietary
compression: gzip brotli zstd lz4 snappy deflate
accepting: proposed=proposal accept=accepts=accepted=accepting reject=rejects=rejected=rejecting=deny=denied=denies
including: include=includes=included exclude=excludes=excluded
showing: show=shows=shown=visible hide=hides=hidden=invisible
validity: valid invalid
safety: safe unsafe
stability: stable unstable
security: secure insecure
mutability: mutable immutable
limiting: limited unlimited
encrypting: encrypted unencrypted
signing: signed unsigned
tracking: tracked untracked
openness: open=открыт=открыта closed=restricted=закрыт=закрыта
state-of: stateful stateless
ordering: ordered unordered
blocking: blocking=блокирующий non-blocking=nonblocking=неблокирующий
honouring: honoured=honored=respected=honours=honors=respects=honour=honor=respect ignored=ignores=ignore
charset: utf-8 utf-16 ascii latin-1 cp1251 windows-1251
newline: lf crlf
protocol: http https
transport: tcp udp quic
zone: utc gmt cet pst est msk
money: usd eur gbp rub
weekday: monday=mondays=mon=понедельник tuesday=tuesdays=tue=вторник wednesday=wednesdays=wed=среда
    thursday=thursdays=thu=четверг friday=fridays=fri=пятница saturday=saturdays=sat=суббота
    sunday=sundays=sun=воскресенье
frequency: hourly=ежечасно daily=nightly=ежедневно=еженощно weekly=еженедельно monthly=ежемесячно
    quarterly=ежеквартально yearly=annually=ежегодно biweekly
mood: imperative past-tense present-tense
environment: production=prod=продакшен=прод=бой staging=стейджинг=стейдж development=dev=разработка testing ci
    sandbox preview canary
tone: dark=темный light=светлый
branch: main master develop trunk
sign: positive negative
depth: shallow deep
reply: success failure
way: blue-green rolling recreate
"""
# Where these stand, the sentence speaks of another place and not of another value.
PLACES = frozenset({"environment", "system", "mobile", "architecture"})


def _lines(groups: str) -> list[str]:
    """The groups, one a line."""
    return groups.strip().replace("\n    ", " ").splitlines()


def _named(groups: str) -> frozenset[str]:
    """The names of groups."""
    return frozenset(line.partition(":")[0] for line in _lines(groups))


# Names of products and techniques: any of them may take the place of any other behind the same words.
TECHNOLOGY = word_set(
    "database cache queue packager builder runner browser runtime linter formatter types language framework "
    "state styling orm cloud platform storage ci infra proxy api format auth hash search logs watch secret "
    "vcs forge design compression protocol transport identifier shell rendering distribution tongue structure "
    "tracker container"
) | _named(PRODUCTS)
# Opposites that are a part of any sentence: they decide at the same place and say nothing elsewhere.
OPPOSED = word_set(
    "quote flow side vertical order newness growth extreme bound visibility place network party case "
    "eagerness strictness writing consistency hand concurrency export endian locking deleting tone sign depth "
    "reply accepting including showing validity safety stability security mutability limiting encrypting "
    "signing tracking openness state-of ordering blocking honouring time-order letter merge frequency weekday"
) | _named(WAYS)


def _alternatives() -> tuple[dict[str, str], dict[str, str]]:
    """(name -> its group, other spelling -> name), both by the name's stem and by the name as it is written."""
    groups: dict[str, str] = {}
    spellings: dict[str, str] = {}
    for line in (*_lines(_GROUPS), *_lines(PRODUCTS), *_lines(WAYS)):
        group, _, names = line.partition(": ")
        for name in names.split():
            first, *others = name.split("=")
            groups[first] = group
            for other in (first, *others):
                spellings[other] = first
                if not other.isascii():  # Russian names are inflected
                    spellings.setdefault(stem(other), first)
    return groups, spellings


GROUPS, SPELLINGS = _alternatives()

# -- words that say little -------------------------------------------------------------------------------------------

# What every statement may have: they are no common ground, and missing they make no difference.
_FAINT = "use run be do keep get have take go want need put let thing way case part new current currently now please"
_FAINT += " default instead also just always via through using sure ensure prefer stick choose pick select decide"
_FAINT += " использовать сейчас теперь также пожалуйста весь наш"
FAINT = frozenset(stem(SYNONYMS.get(stem(word), word)) for word in _FAINT.split())
"""Stems that weigh little."""

# Verbs with which something is chosen: what follows takes the place of what was chosen before.
_CHOOSING = "use choose adopt select pick prefer stick standardize standardise go rely depend pin switch migrate"
_CHOOSING += " write build power store serve host deploy run keep manage handle format lint listen bind expose publish"
_CHOOSING += " authenticate sign hash encrypt compress send return default target ship log test indent name render"
_CHOOSING += " track plan organize collect"
_CHOOSING += " использовать выбрать применять хранить писать слушать собирать отправлять возвращать"
CHOOSING = frozenset(SYNONYMS.get(stem(word), stem(word)) for word in _CHOOSING.split())

# Nouns that have one value at a time: "the default branch is main".
_ATTRIBUTES = "default branch port host hostname owner name limit format language database license licence timezone"
_ATTRIBUTES += (
    " currency region encoding locale version maintainer lead timeout path directory prefix suffix level mode"
)
_ATTRIBUTES += (
    " strategy policy backend provider engine framework runtime tool manager algorithm theme entrypoint color"
)
_ATTRIBUTES += " status convention style base image domain url address location schedule type size threshold interval"
_ATTRIBUTES += " порт владелец ветка лимит формат язык база лицензия регион кодировка версия путь каталог уровень режим"
_ATTRIBUTES += " адрес хост статус таймаут размер"
ATTRIBUTES = frozenset(SYNONYMS.get(stem(word), stem(word)) for word in _ATTRIBUTES.split())

# Verbs whose subject is the answer: "the payments team owns the ledger" answers who owns the ledger.
_ANSWERING = "own maintain back power drive владеть владеет поддерживает обслуживает отвечает"
ANSWERING = frozenset(SYNONYMS.get(stem(word), stem(word)) for word in _ANSWERING.split())

# What a statement may begin with that tells what to do: it has no subject then. Words that are nouns too are left out.
_IMPERATIVES = "use run keep store write do make put call add create avoid never always prefer install pin start deploy"
_IMPERATIVES += " dont do not ensure follow read send return handle treat wrap throw raise import declare define mark"
_IMPERATIVES += (
    " place save load fetch render hash encrypt validate check verify update bump merge rebase squash push pull"
)
_IMPERATIVES += (
    " open close delete remove mock wait ask tell leave include exclude expose publish generate choose select"
)
_IMPERATIVES += " sort format lint sign ship host serve cut"
_IMPERATIVES += " pass give get let stick switch enable disable indent begin end document describe review prefix"
IMPERATIVES = frozenset(_IMPERATIVES.split())

# What is done by one thing at a time: sorted by name, split by tenant.
_ONE_BY = "sort group order partition paginate shard index split batch rank сортировать группировать"
ONE_BY = frozenset(SYNONYMS.get(stem(word), stem(word)) for word in _ONE_BY.split())

_VERBS = (
    "is are was were be been being must should may can could will shall has have do does did would use uses run runs"
)
_VERBS += " listens listen lives live stores store stored keeps keep returns return requires require needs need takes"
_VERBS += " handles handle sends send reads read writes write expires expire starts start serves serve supports support"
_VERBS += " contains contain means goes go gets get uses default defaults depends depend logs deploys happens happen"
_VERBS += " comes come belongs belong includes include stays stay sits follows follow allows allow accepts accept"
_VERBS += " rejects reject gives give holds hold sets set times caps cap points point emits emit calls call owns own"
_VERBS += (
    " = : является используется используются хранится хранятся слушает лежит лежат должен должна должны должно работает"
)
_VERBS += " истекает запускается запускаются живет живут выполняется находится находятся составляет равен равна есть"
_VERBS += " нужно можно нельзя не says say said tells говорит"
_VERBS += " answers responds replies publishes waits polls refuses yields targets exposes validates produces creates"
_VERBS += " deletes maintains manages powers provides collects renders ends"
_VERBS += " поддерживает обслуживает отвечает собирает владеет"
VERBS = frozenset(_VERBS.split())
"""Words at which the subject of a statement ends, as written."""
