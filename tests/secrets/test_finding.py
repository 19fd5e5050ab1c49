"""Secrets are found by their form and by what stands around them; what only looks like one is left alone."""

import base64
import hashlib
import random
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from oldhand.model.secrets import find, mark, masked
from tests.secrets.samples import A, Sample, samples

SAMPLES = samples()
REPOSITORY = Path(__file__).parents[2]
LINEAR = 6.0  # times as long for four times the text: linear is 4, quadratic 16


def left(text: str, value: str) -> bool:
    """Whether a value, or half of it, is still in a text whose secrets are masked."""
    half = max(8, len(value) // 2)
    said = masked(text)
    return any(value[start : start + half] in said for start in range(len(value) - half + 1))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_every_format_is_found(sample: Sample) -> None:
    assert not left(sample.text, sample.value)
    assert len(masked(sample.text)) < len(sample.text) + 40, "the rest of the sentence stays"


@pytest.mark.parametrize("seed", range(20, 30))
def test_other_secrets_of_the_same_formats_are_found_too(seed: int) -> None:
    missed = [one.name for one in samples(seed) if left(one.text, one.value)]
    assert len(missed) <= 1, missed  # one in some thousands looks like a word by chance


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "JSON": lambda text: '{"note": "' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"}',
    "a quotation": lambda text: "\n".join("> " + line for line in text.split("\n")),
    "a comment": lambda text: "\n".join("# " + line for line in text.split("\n")),
    "Markdown": lambda text: f"Use **this**:\n\n```sh\n{text}\n```\n",
    "Russian": lambda text: f"Вот что нужно для выкладки:\n{text}\nБольше ничего.",
    "one line": lambda text: text.replace("\n", " "),
    "emoji": lambda text: "🚀🔑 " + text,
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_they_are_found_in(wrapping: str) -> None:
    wrapped = [(one, WRAPPINGS[wrapping](one.text)) for one in SAMPLES if one.name != "JSON in JSON"]
    assert not [one.name for one, text in wrapped if left(text, one.value)]


def test_tokens_are_found_in_an_address_and_with_invisible_characters() -> None:
    token = "gh" + "p_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    assert [one.kind for one in find(f"see https://x.test/?next={quote('/a?t=' + token)}")] == ["GitHub token"]
    hidden = token[:9] + "\u200b" + token[9:20] + "\u2060" + token[20:]
    assert masked(f"it is {hidden}.") == "it is [GitHub token …]."


def test_a_command_goes_on_where_the_end_of_a_line_is_escaped() -> None:
    given = "tR7" + "kq9Zx2Lm"
    for command in ("mysql -uroot {}-p%s shop", "redis-cli {}-a %s ping"):
        assert not left((command % given).format("\\\n    "), given)
        assert left((command % given).format("\n    "), given), "the control: another line is another command"


RNG = random.Random(11)
DIGEST = hashlib.sha256(b"x").hexdigest()
PUBLIC = [
    f"commit {DIGEST[:40]}",
    f"Reverts {DIGEST[:12]} and {DIGEST[:7]}.",
    f"root {DIGEST}",
    f"key = {DIGEST[:32]}",
    f"cache_key: '{DIGEST}'",
    f"Memory {DIGEST[:32]} supersedes {DIGEST[1:33]}.",
    f"id: {uuid.UUID(int=7 << 100)}",
    f'"integrity": "sha512-{base64.b64encode(hashlib.sha512(b"x").digest()).decode()}"',
    f"sha256:{DIGEST}",
    f'checksum = "{DIGEST}"',
    f"--hash=sha256:{DIGEST}",
    f"h1:{base64.b64encode(hashlib.sha256(b'y').digest()).decode()}",
    "password = os.environ['DB_PASSWORD']",
    'token = getToken("github")',
    "api_key: ${API_KEY}",
    "secret: <your-secret>",
    "password: string",
    "const token: Token = await issueToken(user)",
    'password="changeme"',
    "PASSWORD=example",
    "The password must have at least 12 characters.",
    "Tokens expire after 15 minutes.",
    "The key is the user's id.",
    "Пароль хранится в виде хеша argon2.",
    "Токен живёт 15 минут.",
    "Ключ кэша — адрес страницы.",
    "секрет успеха прост",
    "data:image/png;base64," + base64.b64encode(bytes(RNG.randbytes(90))).decode(),
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "".join(RNG.choice(A) for _ in range(43)) + " ada@example.org",
    "-----BEGIN CERTIFICATE-----\n" + base64.b64encode(RNG.randbytes(90)).decode() + "\n-----END CERTIFICATE-----",
    f"-----BEGIN {'PUBLIC'} KEY-----\n{base64.b64encode(RNG.randbytes(90)).decode()}\n-----END {'PUBLIC'} KEY-----",
    'if "-----BEGIN PRIVATE' + ' KEY-----" in text: raise',
    "https://example.org/a/b?page=2&sort=key",
    "git@github.com:o/r.git",
    "https://user:password@example.com/",
    "postgres://postgres:postgres@localhost:5432/test",
    "redis://localhost:6379/0",
    "http://[::1]:8080/x@y",
    "Authorization: Bearer <token>",
    "Authorization: Basic auth is off",
    "-H 'X-Api-Key: $KEY'",
    "/very/long/path/to/some/module_with_a_name/index_v2_final.py:120",
    "test_user_token_is_refreshed_after_90_seconds",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "sk-...",
    "xoxb-your-token-here-1234567890",
    "The ticket is OPS-7606; the password `OPS-7606` is its name.",
    "token WORKER_RPC_TRACE_18",
    "version: 2.31.0-rc1",
    "keyboard: qwertz-2024-layout-standard-v2",
    "primary_key=customer_2_order_17_line_3",
    "2026-11-21T22:10:00.123456Z",
    "fields = {'key': 'value', 'token_type': 'bearer', 'password_min_length': '12'}",
    "SELECT password FROM users",
    "The S3 key is uploads/2024/05/12/8f14e45fceea167a5a36dedd4bea2543.png",
    "The S3 key is uploads/a7Gx92kQ/4hT8zLm2Xp9w/photo1.jpeg.",
    'object_key = "media/8f14e45fceea167a5a36dedd4bea2543/clip2.mp4"',
    "sshpass -p '<password>' ssh root@host",
    'sshpass -p "$SSH_PASS" ssh root@host',
    "sshpass -p changeme ssh root@host",
    "sshpass -f secrets/file1.txt ssh -p 2222 root@host",
    "mysql -uroot -p shop2024",
    "mysql -uroot -proot shop",
    "mysql -u root -p${MYSQL_PASSWORD} shop",
    "docker run --name mysql -p3306:3306 mysql:8",
    "docker run mongo -p 27017:27017",
    "mongodump -p 27017 --db shop2",
    "mysql is ready; cp -p a1b2c3d4 backup/",
    "mysql --protocol=tcp -h db01 shop2",
    "curl -u $USER:$TOKEN https://x.internal",
    "curl -u user:password https://x.internal",
    "redis-cli -a $REDIS_PASSWORD ping",
    "redis-cli --appendonly2 x --all",
    "docker login -u ci --password-stdin < token2.txt",
    "docker compose -p shop2024 up",
    "az login, then make -p target22",
    "az vm create -p profile22",
    "ldapsearch -W -D cn=admin1",
    "unzip -p archive2024.zip | zip -r all2024.zip .",
    "smbclient //files/all -U ann%$PASS",
    "7z x archive2024.7z -oout2024",
    "openssl enc -pass env:PASS2024 -in a1b2c3",
    "openssl enc -pass file:secrets/p4ss.txt",
    "htpasswd -B users ann",
    "http POST x.internal/a1 name=ann2024",
    "The zip is at https://x.internal/a/-Pa1b2c3d4",
    "PGPASSWORD=$DB_PASSWORD psql -h db1",
    "tool --password=password --password-file=/run/secrets/p4ss",
    "mnemonic: the first letters of each word give the order of the planets around our sun for all of us",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_what_anybody_may_know_is_left_alone(text: str) -> None:
    assert find(text) == []


def test_the_lines_of_this_repository_hold_no_secret() -> None:
    """Thousands of real lines: code, tests, documents, a lock file."""
    files = [
        *REPOSITORY.glob("src/**/*.py"),
        *REPOSITORY.glob("tests/**/*.py"),
        *REPOSITORY.glob("docs/**/*.md"),
        *REPOSITORY.glob("benchmarks/**/*.py"),
        *REPOSITORY.glob("*.toml"),
        *REPOSITORY.glob("tests/**/*.json"),
    ]
    texts = {file: file.read_text("utf-8", "replace") for file in files if file.name != "secret_formats.py"}
    lines = sum(text.count("\n") for text in texts.values())
    found = [(file.name, text[one.start - 30 : one.end]) for file, text in texts.items() for one in find(text)]
    assert lines > 20_000 and len(found) <= lines / 2000, found


def test_made_lines_of_hashes_and_names_hold_no_secret() -> None:
    lines = []
    for number in range(2000):
        raw = RNG.randbytes(32)
        lines += [
            f"{raw.hex()[:40]} refs/heads/topic-{number}",
            f'  "resolved": "https://r.test/p-{number}.tgz#{raw.hex()[:40]}",',
            f"    sha256: {raw.hex()}",
            f"index {raw.hex()[:7]}..{raw.hex()[7:14]} 100644",
            f'{{"key": "{raw.hex()[:32]}"}}',
        ]
    assert sum(len(find(line)) for line in lines) <= len(lines) / 1000


def test_marks_are_no_secrets() -> None:
    for kind in {one.kind for sample in SAMPLES for one in find(sample.text)}:
        for text in (
            f"password = {mark(kind, 'f3a91c04')}",
            f'api_key: "{mark(kind)}"',
            f"token {mark(kind, '0a1b2c3d')}.",
        ):
            assert find(text) == []
    for sample in SAMPLES:
        assert masked(masked(sample.text)) == masked(sample.text)


HOSTILE = {
    "letters": "a",
    "digits": "7",
    "dashes": "-",
    "prefixes": "eyJ-",
    "tokens": "ghp_",
    "signed": "eyJhbGci.",
    "slashes": "://",
    "addresses": "://a:b",
    "words": "password ",
    "assignments": "token=",
    "colons": "key:",
    "quotes": 'secret="',
    "ats": "@:",
    "blocks": "-----BEGIN PRIVATE" + " KEY-----",
    "ends": "-----END PRIVATE" + " KEY-----",
    "spaces": "password      ",
    "base64": "QUJD",
    "curls": "curl -u ",
    "commands": "mysql -u root -p' ",
    "commands with escapes": "zip \\\n",
    "logins": "docker login -p ",
    "htpasswd": "htpasswd -b a ",
    "paths": "key is a/",
    "options": "sshpass -p\"' mysql, ",
    "escapes": "\\n",
    "dots": "a.b.",
    "Russian": "пароль ",
    "phrases": "mnemonic: word ",
    "percents": "%3a%2f%2f%3a",
    "long words": "apikey_",
    "hosts": ":5432:a:b:",
    "runs": "x" * 15 + " ",
    "invisible": "\u200b-",
}


def grows_in_proportion(short: float, long: float) -> bool:
    """Whether four times the text took no more than about four times the seconds; the least cannot be told."""
    return long < 0.005 or long / short < LINEAR


@pytest.mark.parametrize("sort", HOSTILE)
def test_time_grows_with_the_length_whatever_the_text(sort: str) -> None:
    def seconds(length: int) -> float:
        text = (HOSTILE[sort] * (length // len(HOSTILE[sort]) + 1))[:length]
        started = time.process_time()
        find(text)
        return time.process_time() - started

    short, long = min(seconds(60_000) for _ in range(3)), 9e9
    for _ in range(3):  # a machine that was busy with something else gets another chance
        long = min(long, seconds(240_000))
        if grows_in_proportion(short, long):
            break
    assert grows_in_proportion(short, long), (short, long)
    assert long < 2.0, "a megabyte must not take more than some seconds"
