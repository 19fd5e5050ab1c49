"""Made-up secrets of known formats, put together when a test runs, so that no token stands in this file.

Every sample is (name, sentence, value): a text as people and files have it, and what of it must be kept nowhere.
"""

import base64
import random
import string
from collections.abc import Callable
from typing import NamedTuple

A = string.ascii_letters + string.digits
D = A + "_-"
LOW = string.ascii_lowercase + string.digits
H = "0123456789abcdef"
UP = string.ascii_uppercase + string.digits
B32 = string.ascii_uppercase + "234567"
B64 = A + "+/"


class Sample(NamedTuple):
    """A made-up secret. name: its format; text: what it stands in; value: the secret itself."""

    name: str
    text: str
    value: str


Drawn = Callable[[str, int], str]

# (name, prefix in pieces, alphabet, length): the token is the pieces and so many characters of the alphabet.
TOKENS: tuple[tuple[str, tuple[str, ...], str, int], ...] = (
    ("GitHub personal", ("gh", "p_"), A, 36),
    ("GitHub OAuth", ("gh", "o_"), A, 36),
    ("GitHub user", ("gh", "u_"), A, 36),
    ("GitHub server", ("gh", "s_"), A, 36),
    ("GitHub refresh", ("gh", "r_"), A, 76),
    ("GitHub fine-grained", ("github", "_pat_"), A, 82),
    ("GitLab personal", ("glp", "at-"), D, 20),
    ("GitLab deploy", ("gl", "dt-"), D, 20),
    ("GitLab runner", ("gl", "rt-"), D, 20),
    ("GitLab CI", ("glc", "bt-"), D, 23),
    ("GitLab trigger", ("glp", "tt-"), H, 40),
    ("GitLab feed", ("gl", "ft-"), D, 20),
    ("GitLab mail", ("gli", "mt-"), D, 25),
    ("GitLab agent", ("glag", "ent-"), D, 50),
    ("GitLab OAuth", ("glo", "as-"), H, 64),
    ("GitLab SCIM", ("glso", "at-"), D, 20),
    ("GitLab registration", ("GR134", "8941"), D, 20),
    ("Bitbucket app", ("AT", "BB"), A, 32),
    ("Atlassian", ("ATATT", "3xFfGF0"), D, 180),
    ("Bitbucket repository", ("ATCTT", "3xFfGN0"), D, 170),
    ("AWS key id", ("AK", "IA"), B32, 16),
    ("AWS session id", ("AS", "IA"), B32, 16),
    ("Alibaba", ("LT", "AI"), A, 20),
    ("Tencent", ("AK", "ID"), A, 32),
    ("Google API", ("AI", "za"), D, 35),
    ("Google client secret", ("GOC", "SPX-"), D, 28),
    ("Google OAuth", ("ya", "29."), D, 120),
    ("Google refresh", ("1/", "/0"), D, 60),
    ("Yandex Cloud", ("AQ", "VN"), D, 36),
    ("Yandex OAuth", ("y0", "_"), D, 55),
    ("DigitalOcean", ("dop_", "v1_"), H, 64),
    ("DigitalOcean OAuth", ("doo_", "v1_"), H, 64),
    ("DigitalOcean refresh", ("dor_", "v1_"), H, 64),
    ("Heroku", ("HRKU", "-AA"), D, 58),
    ("Fly", ("fo", "1_"), D, 43),
    ("Netlify", ("nf", "p_"), A, 40),
    ("Vercel", ("vc", "p_"), A, 56),
    ("Cloudflare", ("cf", "ut_"), A, 40),
    ("OpenAI project", ("sk-", "proj-"), D, 120),
    ("OpenAI service", ("sk-", "svcacct-"), D, 120),
    ("OpenAI", ("s", "k-"), A, 48),
    ("Anthropic", ("sk-", "ant-api03-"), D, 93),
    ("Anthropic admin", ("sk-", "ant-admin01-"), D, 93),
    ("OpenRouter", ("sk-", "or-v1-"), H, 64),
    ("DeepSeek", ("s", "k-"), H, 32),
    ("Groq", ("gs", "k_"), A, 52),
    ("xAI", ("xa", "i-"), A, 80),
    ("Perplexity", ("pp", "lx-"), A, 48),
    ("NVIDIA", ("nva", "pi-"), D, 64),
    ("Hugging Face", ("h", "f_"), A, 34),
    ("Replicate", ("r", "8_"), A, 37),
    ("Pinecone", ("pc", "sk_"), A, 70),
    ("LangSmith", ("lsv2", "_pt_"), H, 42),
    ("Tavily", ("tv", "ly-"), A, 32),
    ("Firecrawl", ("f", "c-"), H, 32),
    ("Slack bot", ("xo", "xb-"), D, 50),
    ("Slack user", ("xo", "xp-"), D, 70),
    ("Slack config", ("xo", "xe-"), D, 120),
    ("Slack app", ("xa", "pp-1-"), D, 80),
    ("Stripe live", ("sk_", "live_"), A, 24),
    ("Stripe test", ("sk_", "test_"), A, 99),
    ("Stripe restricted", ("rk_", "live_"), A, 24),
    ("Stripe webhook", ("wh", "sec_"), A, 32),
    ("Square access", ("sq0", "atp-"), D, 22),
    ("Square secret", ("sq0", "csp-"), D, 43),
    ("Square", ("EA", "AA"), D, 60),
    ("Shopify access", ("shp", "at_"), H, 32),
    ("Shopify custom", ("shp", "ca_"), H, 32),
    ("Shopify private", ("shp", "pa_"), H, 32),
    ("Shopify shared", ("shp", "ss_"), H, 32),
    ("Razorpay", ("rzp_", "live_"), A, 14),
    ("Flutterwave", ("FLW", "SECK_TEST-"), H, 32),
    ("EasyPost", ("EZ", "AK"), A, 54),
    ("Duffel", ("duffel", "_test_"), D, 43),
    ("Shippo", ("shippo", "_live_"), H, 40),
    ("Lob", ("li", "ve_"), H, 35),
    ("Twilio", ("S", "K"), H, 32),
    ("Mailgun", ("ke", "y-"), H, 32),
    ("npm", ("np", "m_"), A, 36),
    ("PyPI", ("pypi", "-AgEIcHlwaS5vcmc"), D, 100),
    ("RubyGems", ("ruby", "gems_"), H, 48),
    ("NuGet", ("oy", "2"), LOW, 43),
    ("Cargo", ("ci", "o"), A, 32),
    ("Clojars", ("CLO", "JARS_"), H, 60),
    ("Docker Hub", ("dckr", "_pat_"), D, 27),
    ("JFrog", ("AK", "Cp"), A, 69),
    ("Databricks", ("da", "pi"), H, 32),
    ("Vault", ("hv", "s."), D, 90),
    ("Vault batch", ("hv", "b."), D, 138),
    ("Linear", ("lin_", "api_"), A, 40),
    ("Notion", ("nt", "n_"), A, 46),
    ("Notion old", ("sec", "ret_"), A, 43),
    ("Figma", ("fi", "gd_"), D, 40),
    ("Dropbox", ("s", "l.u."), D, 140),
    ("New Relic", ("NR", "AK-"), UP, 27),
    ("Grafana cloud", ("gl", "c_"), A, 120),
    ("Sentry organisation", ("sntr", "ys_"), A, 120),
    ("Sentry user", ("sntr", "yu_"), H, 64),
    ("PostHog", ("ph", "x_"), A, 43),
    ("Supabase", ("sb", "p_"), H, 40),
    ("PlanetScale", ("pscale", "_tkn_"), D, 43),
    ("Neon", ("na", "pi_"), LOW, 64),
    ("Prefect", ("pn", "u_"), A, 36),
    ("ReadMe", ("rd", "me_"), LOW, 70),
    ("Pulumi", ("pu", "l-"), H, 40),
    ("Infracost", ("ic", "o-"), A, 32),
    ("Buildkite", ("bk", "ua_"), H, 40),
    ("CircleCI", ("CCI", "PAT_"), A, 64),
    ("SonarQube", ("sq", "p_"), H, 40),
    ("Sourcegraph", ("sg", "p_"), H, 40),
    ("Contentful", ("CF", "PAT-"), D, 43),
    ("Frame.io", ("fio", "-u-"), D, 64),
    ("Typeform", ("tf", "p_"), D, 44),
    ("Tailscale", ("tskey", "-auth-"), A, 45),
    ("Scalingo", ("tk-", "us-"), D, 48),
    ("Octopus", ("AP", "I-"), UP, 26),
    ("Facebook", ("EA", "A"), A, 150),
    ("age", ("AGE-SECRET", "-KEY-1"), UP, 58),
    ("wallet", ("xp", "rv"), "".join(c for c in A if c not in "0OIl"), 107),
    ("VK", ("vk1", ".a."), D, 150),
    ("OpenShift", ("sha", "256~"), D, 43),
    ("Discord mfa", ("mf", "a."), D, 84),
)

# (name, text): what is in braces is drawn, as {name of an alphabet:length}; the parts in braces are the secret.
AROUND: tuple[tuple[str, str], ...] = (
    ("SendGrid", "mail with {SG}.{D:22}.{D:43} from CI"),
    ("Telegram", "bot {9:9}:AA{D:33} answers"),
    ("Slack webhook", "post to https://hooks.slack.com/{services}/T{U:8}/B{U:8}/{A:24} on failure"),
    ("Discord webhook", "curl https://discord.com/api/{webhooks}/{9:18}/{D:68}"),
    ("Discord bot", "run it with M{A:23}.{D:6}.{D:38} set"),
    ("Mailchimp", "lists use {H:32}-us{14} there"),
    ("Terraform", "login with {A:14}.atlasv1.{D:67} first"),
    ("Airtable", "base token pat{A:14}.{H:64} reads"),
    ("Doppler", "export it: dp.pt.{A:43} now"),
    ("Braintree", "access_token$production${L:16}${H:32}"),
    ("Dynatrace", "dt0c01.{U:24}.{U:64}"),
    ("Harness", "pat.{D:22}.{H:24}.{A:20}"),
    ("Azure client secret", "AZURE_CLIENT_SECRET={A:3}8Q~{A:34}"),
    ("Amazon MWS", "amzn.mws.{UUID}"),
    ("Cloudflare origin", "v1.0-{H:24}-{H:146}"),
    ("HubSpot", "pat-na1-{UUID}"),
    ("Plaid", "access-sandbox-{UUID}"),
    ("LaunchDarkly", "sdk-{UUID}"),
    ("Grafana service", "glsa_{A:32}_{H:8}"),
    ("Postman", "PMAK-{H:24}-{H:34}"),
    ("Brevo", "xkeysib-{H:64}-{A:16}"),
    ("Resend", "re_{A:8}_{A:24}"),
    ("Asana", "asana 1/{9:16}:{H:32}"),
    ("JWT", "session ey{JhbGciOiJIUzI1NiJ9}.ey{JzdWIiOiI0MjQyIn0}.{D:43} of the test"),
    ("Firebase", "fcm {A:11}:APA91b{D:134}"),
    ("Twitter bearer", "AAAAAAAAAAAAAAAAAAAAA{A:80}"),
)

# (name, text, alphabet, length): a value that only the words beside it give away.
BESIDE: tuple[tuple[str, str, str, int], ...] = (
    ("AWS secret", "aws_secret_access_key = {}", B64, 40),
    ("AWS secret in JSON", '"SecretAccessKey": "{}"', B64, 40),
    ("Azure storage", "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={}==;EndpointSuffix=x", B64, 86),
    ("Azure bus", "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey={}=", B64, 43),
    ("Azure SAS", "https://shop.blob.core.windows.net/c?sv=2024-01-01&sig={}%3D", A, 43),
    ("SQL Server", "Server=db;Database=shop;User Id=sa;Password={};Encrypt=True", A, 14),
    ("Datadog", "DD_API_KEY={}", H, 32),
    ("Okta", "Authorization: SSWS 00{}", D, 40),
    ("Auth0", "auth0 client_secret: {}", D, 64),
    ("generic key", "api_key = '{}'", A, 32),
    ("generic key in YAML", "  apiKey: {}", A, 40),
    ("generic token", 'const accessToken = "{}"', A, 40),
    ("generic secret", "SECRET_KEY={}", A, 50),
    ("bearer", "curl -H 'Authorization: Bearer {}' host", A, 40),
    ("password in prose", "The password of the staging database is {}.", A, 12),
    ("password in code", 'connect(host="db", password="{}")', A, 14),
    ("password in env", "DB_PASSWORD={}", A, 16),
    ("password in YAML", "password: {}", A, 12),
    ("password in XML", "<password>{}</password>", A, 14),
    ("password option", "mysql -u root --password {} shop", A, 14),
    ("typed password", 'password: str = "{}"', A, 16),
    ("Russian password", "Пароль от базы: {}", A, 12),
    ("Russian password in prose", "пароль это {}", A, 12),
    ("Russian token", "Токен доступа: {}", A, 32),
    ("Russian key", "секретный ключ = {}", A, 40),
    ("address", "postgres://shop:{}@db.internal:5432/shop", A, 14),
    ("redis", "redis://:{}@cache:6379/0", A, 20),
    ("amqp", "amqp://svc:{}@mq/v", A, 16),
    ("mongodb", "mongodb+srv://shop:{}@c0.mongodb.net/x", A, 18),
    ("basic address", "https://ci:{}@git.internal/shop.git", A, 20),
    ("token address", "https://{}@git.internal/shop.git", A, 32),
    ("encoded address", "url=postgres%3A%2F%2Fshop%3A{}%40db", A, 16),
    ("pgpass", "db.internal:5432:shop:svc:{}", A, 14),
    ("netrc", "machine git.internal login ci password {}", A, 16),
    ("curl", "curl -u ci:{} https://x.internal/a", A, 16),
    ("sshpass", "sshpass -p '{}' ssh root@shop", A, 12),
    ("sshpass attached", "Deploy: sshpass -p{} scp a root@shop:/srv", A, 12),
    ("mysql", "mysql -uroot -p{} shop", A, 12),
    ("mysqldump", "run `mysqldump -h db -u root -p'{}' shop > all.sql` first", A, 12),
    ("mysql in a list", '["mysql", "-uroot", "-p{}", "shop"]', A, 12),
    ("mariadb", "docker exec db mariadb-dump -uroot -p{} shop", A, 12),
    ("option with =", "pg_tool --host db --password={} shop", A, 12),
    ("option apart", "pg_tool --password {} --host db", A, 12),
    ("PGPASSWORD", "PGPASSWORD={} psql -h db shop", A, 12),
    ("MYSQL_PWD", "export MYSQL_PWD={}", A, 12),
    ("redis-cli", "redis-cli -h cache -a {} ping", A, 12),
    ("DB_PASS", "export DB_PASS={}", A, 12),
    ("SSHPASS", "SSHPASS={} sshpass -e ssh root@shop", A, 12),
    ("become_pass", "ansible-playbook -e ansible_become_pass={} all.yml", A, 12),
    ("REDISCLI_AUTH", "export REDISCLI_AUTH={}", A, 12),
    ("docker login", "docker login -u ci -p {} registry.internal", A, 12),
    ("helm login", "helm registry login registry.internal -u ci -p {}", A, 12),
    ("mongosh", "mongosh -u admin -p {} db.internal", A, 12),
    ("ldapsearch", "ldapsearch -x -D cn=admin -w {} uid=ann", A, 12),
    ("sqlcmd", 'sqlcmd -S db -U sa -P "{}"', A, 12),
    ("unzip", "unzip -P {} dump.zip", A, 12),
    ("7z", "7z x -p{} dump.7z", A, 12),
    ("smbclient", "smbclient //files/all -U ann%{}", A, 12),
    ("openssl", "openssl enc -d -aes256 -pass pass:{} -in a", A, 12),
    ("httpie", "http -a ann:{} x.internal/a", A, 12),
    ("htpasswd", "htpasswd -bc users ann {}", A, 12),
    ("FreeRDP", "xfreerdp /u:ann /p:{} /v:host", A, 12),
    ("query", "GET https://x.internal/a?page=1&access_token={}&b=2", A, 40),
    ("WireGuard", "PrivateKey = {}=", B64, 43),
    ("npmrc", "//registry.internal/:_authToken={}", A, 36),
    ("JSON in JSON", '{{\\"password\\": \\"{}\\"}}', A, 16),
    ("header key", "X-Api-Key: {}", A, 32),
    ("Twilio auth", 'TWILIO_AUTH_TOKEN="{}"', H, 32),
)

_ALPHABETS = {"A": A, "D": D, "H": H, "U": UP, "L": LOW, "9": string.digits}


def samples(seed: int = 5) -> list[Sample]:
    """Every sample, drawn anew for each seed."""
    rng = random.Random(seed)

    def drawn(alphabet: str, length: int) -> str:
        while True:  # a token always has digits; a drawn one lacks them once in a thousand
            found = "".join(rng.choice(alphabet) for _ in range(length))
            mixed = not any(c.isalpha() for c in alphabet) or found.strip("0123456789")
            ends = found[-1].isalnum() and found[0].isalnum()
            if mixed and ends and sum(c.isdigit() for c in found) >= 2:
                return found

    found = [_token(name, "".join(pieces), drawn(alphabet, length)) for name, pieces, alphabet, length in TOKENS]
    found += [_filled(name, text, drawn) for name, text in AROUND]
    for name, text, alphabet, length in BESIDE:
        value = drawn(alphabet, length)
        found.append(Sample(name, text.format(value), value))
    return found + _blocks(drawn, rng)


def _token(name: str, prefix: str, body: str) -> Sample:
    return Sample(name, f"CI deploys with {prefix}{body} since May.", prefix + body)


def _filled(name: str, text: str, drawn: Drawn) -> Sample:
    """A text with its braces filled; the secret is the last part that was drawn, which nothing else tells."""
    parts, last = [], ""
    rest = text
    while "{" in rest:
        before, _, rest = rest.partition("{")
        spec, _, rest = rest.partition("}")
        alphabet, _, length = spec.partition(":")
        if spec == "UUID":
            last = "-".join(drawn(H, n) for n in (8, 4, 4, 4, 12))
            part = last
        elif length and alphabet in _ALPHABETS:
            part = drawn(_ALPHABETS[alphabet], int(length))
            last = part if len(part) > 12 else last
        else:
            part = spec
        parts += [before, part]
    return Sample(name, "".join(parts) + rest, last)


def _blocks(drawn: Drawn, rng: random.Random) -> list[Sample]:
    """Private keys in blocks, and what is written in words or encoded."""
    found = []
    for name in ("", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "):
        lines = [drawn(B64, 64) for _ in range(6)]
        head, tail = f"-----BEGIN {name}PRIVATE" + " KEY-----", f"-----END {name}PRIVATE" + " KEY-----"
        found.append(Sample(f"{name}key block", "\n".join(["The key:", head, *lines, tail]), lines[3]))
        one_line = '{"private_key": "' + "\\n".join([head, *lines, tail]) + '"}'
        found.append(Sample(f"{name}key on one line", one_line, lines[2]))
    lines = [drawn(B64, 64) for _ in range(6)]
    head, tail = "-----BEGIN PGP PRIVATE" + " KEY BLOCK-----", "-----END PGP PRIVATE" + " KEY BLOCK-----"
    found.append(Sample("PGP key", "\n".join([head, "Version: GnuPG v2", "", *lines, tail]), lines[4]))
    lines = [drawn(B64, 64) for _ in range(4)]
    putty = ["PuTTY-User-Key-File-3: ssh-ed25519", "Private-" + "Lines: 4", *lines]
    found.append(Sample("PuTTY key", "\n".join(putty), lines[2]))
    basic = base64.b64encode(f"ci:{drawn(A, 14)}".encode()).decode()
    found.append(Sample("basic header", f"Authorization: Basic {basic}", basic))
    words = rng.choices(["apple", "river", "stone", "cloud", "tiger", "melon", "piano", "robot", "sugar"], k=12)
    found.append(Sample("seed phrase", f"seed phrase: {' '.join(words)}", " ".join(words)))
    return found
