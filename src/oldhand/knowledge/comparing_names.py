"""More names that exclude each other in one place, in the form of `comparing_words`: one group a line.

Sources of the names: what decision records and agents' instructions of public projects choose between.
"""

# Products, techniques and formats.
PRODUCTS = """
jwt-algorithm: hs256 hs384 hs512 rs256 rs384 rs512 es256 es384 eddsa
architecture: x86 x86_64=x86-64=amd64 arm64=aarch64 riscv
image-format: webp avif png jpeg=jpg gif svg tiff heic
video: h264=h.264 h265=h.265=hevc av1 vp9
template: handlebars mustache jinja=jinja2 ejs pug mjml thymeleaf erb haml twig freemarker nunjucks
flagging: launchdarkly unleash flagsmith growthbook flipper
mailing: sendgrid mailgun ses postmark mailchimp
paying: stripe adyen paypal braintree mollie yookassa
measuring: amplitude mixpanel posthog matomo
identity: auth0 keycloak okta cognito clerk authentik
chat: slack discord mattermost zulip telegram msteams
registry: dockerhub ghcr ecr gcr acr harbor artifactory nexus
network-edge: cloudfront fastly akamai bunny
stubbing: wiremock mockserver msw nock vcr
site: docusaurus mkdocs vuepress vitepress hugo jekyll
workspace: nx turborepo lerna rush pants
releasing: release-please semantic-release changesets goreleaser
schema: zod yup joi ajv pydantic marshmallow valibot
injection: dagger hilt koin guice
http-client: axios ky requests httpx aiohttp urllib3 okhttp retrofit ktor
date-library: moment=moment.js date-fns dayjs luxon
migrating: alembic flyway liquibase
model: openai anthropic gemini ollama mistral
vector: pinecone qdrant weaviate chroma milvus pgvector faiss
updating: renovate dependabot
gitops: argocd=argo flux=fluxcd spinnaker
mesh: istio linkerd
import-sorter: isort
node-manager: nvm fnm volta asdf mise pyenv
system-packager: apt homebrew=brew yum dnf pacman chocolatey winget
"""
# Opposites and ways of which one thing has one.
WAYS = """
failing: skip=skips=skipped=пропускает abort=aborts=aborted=прерывает
curve: exponential linear constant
number-form: singular plural
relation: relative absolute
dump: full incremental differential
paging: offset cursor=курсор
stream: stdout stderr
changing: static=statically dynamic=dynamically
unit: seconds=секундах milliseconds=миллисекундах microseconds minutes=минутах hours
    kopecks=копейках=копейки rubles=рублях=рубли cents dollars
eviction: lru lfu fifo lifo
delivery: at-least-once at-most-once exactly-once
talking: verbose quiet
versioning: semver calver
"""
