"""Whether a text can hold a secret at all, told in microseconds and without importing what finds them.

Hooks screen everything they write, and finding secrets takes longer to import than a hook may take. What is asked here
is necessary for every kind of secret that `oldhand.model.secrets` finds: a prefix with room for its body behind it, a
literal, a word that tells with a value near it. So a text that passes holds none of them; one that does not pass is
looked through in full. A test derives the tables from those of `secrets` and holds the two together.
"""

LEAST_TEXT = 6  # characters: as in `secrets.find`
LEAST_RUN = 16  # characters of the shortest run that holds a token: as in `secrets`
REACH = 520  # characters behind a word that tells in which its value begins: the longest that its patterns pass over
LEAST_VALUE = 16  # characters of a key beside a word that tells
LEAST_HEX = 24  # digits of one in hexadecimal that may have no two decimal digits
OPTION_REACH = 420  # characters behind a command in which its option for a password stands
LEAST_DOTTED = 27  # as in `secret_formats`
DOTTED = ".:"
INVISIBLE = frozenset(map(chr, (0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF)))

# Prefixes of tokens by the fewest characters of their body that stand in one run with them.
_PREFIXES = {
    0: "AAAAAAAAAAAAAAAAAAAAA ABSK ATATT3xFf ATCTT3xFf BBDC- bedrock-api-key- eyJrIjoi fm1r_ fm2_ glc_ "
    "sntrys_ whsec_ xoxd-",
    8: "eyJ",
    12: "FLWSECK_TEST-",
    14: "rzp_live_ rzp_test_",
    16: "ABIA ACCA AKIA ASIA LTAI rk_live_ rk_test_ sk_live_ sk_org_ sk_prod_ sk_test_ tr_dev_ tr_prod_ xoxa- "
    "xoxb- xoxc- xoxe- xoxo- xoxp- xoxr- xoxs-",
    19: "NRJS-",
    20: "GR1348941 YCAJE glagent- glcbt- gldt- glffct- glft- glimt- gloas- glpat- glptt- glrt- glsoat- tskey-",
    22: "github_pat_ sq0atp-",
    24: "ATBB dckr_oat_ dckr_pat_ signkey- vca_ vci_ vck_ vcp_ vcr_ xapp-",
    26: "API-",
    27: "NRAA- NRAK-",
    28: "GOCSPX- sb_secret_ tvly-",
    30: "api_org_ bkct_ gho_ ghp_ ghr_ ghs_ ghu_ hf_",
    31: "A3-",
    32: "AKID FLWSECK- NRII- NRIQ- SK cio dapi dose fc- ico- key- lin_api_ p8- p8e- pscale_oauth_ pscale_pw_ "
    "pscale_tkn_ shpat_ shpca_ shppa_ shpss_ sk- sk-ant-",
    33: "re_",
    35: "AIza AQVN live_ lsv2_ test_",
    36: "HRKU- YCP access-development- access-production- access-sandbox- api- figd_ figo_ figor_ figu_ "
    "mdb_sa_sk_ nfc_ nfo_ nfp_ npm_ pnb_ pnu_ pylf_v1_ pylf_v2_ r8_ sdk- sk-lf-",
    38: "pat-eu pat-na",
    40: "CCIPAT_ CCIPRJ_ bkua_ cfat_ cfk_ cfut_ csk- e2b_ fo1_ gsk_ ntn_ pcsk_ phx_ pplx- pul- rpa_ sbp_ sgp_ "
    "shippo_live_ shippo_test_ sk-None- sk-admin- sk-or- sk-proj- sk-svcacct- sq0csp- sqa_ sqp_ squ_ tfp_",
    41: "glsa_",
    42: "NRRA-",
    43: "CFPAT- duffel_live_ duffel_test_ oy2 pa- secret_",
    48: "rubygems_ sk_ tk-us-",
    50: "cmVmdGtu jina_ napi_ pypi-AgE y0_",
    54: "EZAK EZTK",
    56: "EAAA",
    58: "AGE-SECRET-KEY-1 AGE-SECRET-KEY-PQ-1",
    59: "PMAK-",
    60: "AKCp CLOJARS_ IGAA IGQV fio-u- nvapi- rdme_ xai-",
    64: "doo_v1_ dop_v1_ dor_v1_ lin_oauth_ slk_ sntrya_ sntryu_",
    81: "xkeysib- xsmtpsib-",
    90: "EAA",
    100: "ops_eyJ xprv zprv",
}
PREFIXES = tuple((prefix, least) for least, said in _PREFIXES.items() for prefix in said.split())
LITERALS = (
    "hooks.slack.com/",
    "/api/webhooks/",
    ".webhook.office.com/",
    ":AA",
    ":APA91b",
    "SG.",
    "hvs.",
    "hvb.",
    "hvr.",
    ".atlasv1.",
    "ya29.",
    "1//0",
    "dp.",
    "amzn.mws.",
    "access_token$",
    "sl.",
    "sk.eyJ",
    "dt0c01.",
    "pat.",
    "vk1.a.",
    "t1.",
    "Q~",
    "v1.0-",
    "sha256~",
    "v^1.1#",
    "snyk_",
    "mfa.",
    "-us",
)
PASSWORDS = ("passw", "pwd", "passphrase", "passcode", "_pass", "sshpass", "парол")  # beside these, a short word counts
WORDS = ("secret", "секрет", "credential", "token", "токен", "key", "ключ", "auth")  # beside these, what looks drawn
# Literals of addresses, headers and blocks, each with what must stand behind it (empty: it is enough by itself).
LOOKS = (
    ("----", ("private key",)), ("private-lines:", ("",)), ("://", ("@",)), ("%3a%2f%2f", ("",)),
    ("authorization", ("",)), ("bearer ", ("",)), ("curl", (" -u", "\t-u", " --user", "\t--user")), (":5432:", ("",)),
    (":*:", ("",)), ("sig=", ("",)), ("mnemonic", ("",)), ("seed phrase", ("",)), ("recovery phrase", ("",)),
    ("сид-фраз", ("",)), ("seed_phrase", ("",)),
)  # fmt: skip
LONG_REACH = ("----",)  # literals for which it may stand anywhere in the text
# Commands that are given a password, each with the options behind one of which it stands.
COMMANDS = (
    ("sshpass", ("-p",)), ("mysql", ("-p",)), ("mariadb", ("-p",)), ("redis-cli", ("-a", "--pass")),
    ("valkey-cli", ("-a", "--pass")), ("docker", ("login",)), ("podman", ("login",)), ("buildah", ("login",)),
    ("skopeo", ("login",)), ("nerdctl", ("login",)), ("helm", ("login",)), ("oc", ("login",)), ("az", ("login",)),
    ("mongo", ("-p",)), ("cqlsh", ("-p",)), ("ldap", ("-w",)), ("sqlcmd", ("-P",)), ("zip", ("-P",)),
    ("unzip", ("-P",)), ("7z", ("-p",)), ("smbclient", ("-U",)), ("openssl", ("pass:",)),
    ("http", ("-a ", "-a\t", "-a=", "--auth")), ("htpasswd", ("-",)), ("freerdp", ("/p:",)), ("rediscli_auth=", ("",)),
)  # fmt: skip
BEGINS = frozenset(" \t\n\r\"'`($/;|&=:>[,{*")  # what stands before the name of a command: as in `secret_commands`
_TOKEN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
_VALUE = _TOKEN + b"+/=.~:%!@#&"
_HEX = b"0123456789abcdefABCDEF-"
_BASE64 = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/")
LEAST_BASIC = 8  # characters of the base64 behind `basic `


def none_in(text: str) -> bool:
    """Whether a text certainly holds no secret of those that are known."""
    if len(text) < LEAST_TEXT:
        return True
    if not text.isascii() and not INVISIBLE.isdisjoint(text):
        return False
    low = text.lower()
    if len(low) != len(text):
        return False
    return not (
        any(word in low for word in PASSWORDS) or any(literal in text for literal in LITERALS) or _token(text)
        or _looks(text, low) or _commanded(text, low) or _beside(text, low)
    )  # fmt: skip


def _spaced(alphabet: bytes) -> bytes:
    """A table that turns every byte that is not in an alphabet into a space."""
    return bytes(byte if byte in alphabet else 32 for byte in range(256))


_TO_TOKENS, _TO_VALUES, _TO_HEX = _spaced(_TOKEN), _spaced(_VALUE), _spaced(_HEX)


def _token(text: str) -> bool:
    """Whether some run has a prefix with room for a body, or may be what follows a dot."""
    raw = text.encode("utf-8", "surrogatepass")
    for found in raw.translate(_TO_TOKENS).split():
        if len(found) < LEAST_RUN:
            continue
        if len(found) >= LEAST_DOTTED:
            place = raw.find(found)
            while place >= 0:
                if place and chr(raw[place - 1]) in DOTTED:
                    return True
                place = raw.find(found, place + 1)
        run = found.decode("ascii")
        digits = len(found.translate(None, b"0123456789")) < len(found)
        for prefix, least in PREFIXES:
            if prefix in run:
                start = run.find(prefix)
                if len(run) - start - len(prefix) >= least and (digits or start == 0):
                    return True
    return False


def _looks(text: str, low: str) -> bool:
    for literal, following in LOOKS:
        place = low.find(literal)
        while place >= 0:
            near = low if literal in LONG_REACH else low[place : place + OPTION_REACH]
            if any(said in near for said in following):
                return True
            place = low.find(literal, place + len(literal))
    place = low.find("basic ")
    while place >= 0:
        if all(character in _BASE64 for character in text[place + 6 : place + 6 + LEAST_BASIC]):
            return True
        place = low.find("basic ", place + 1)
    return False


def _commanded(text: str, low: str) -> bool:
    if "-" not in text and "/p:" not in text and "rediscli_auth=" not in low:
        return False
    for literal, options in COMMANDS:
        place = low.find(literal)
        while place >= 0:
            if place == 0 or text[place - 1] in BEGINS or literal == "freerdp":
                near = text[place : place + OPTION_REACH]
                if any(option in near or option in near.lower() for option in options):
                    return True
            place = low.find(literal, place + 1)
    return False


def _beside(text: str, low: str) -> bool:
    """Whether a word that tells has something behind it that may be drawn by lot."""
    places = [place for word in WORDS for place in _all(low, word)]
    if not places:
        return False
    return any(place < end and start < place + REACH for start, end in _values(text) for place in places)


def _all(low: str, word: str) -> "list[int]":
    found, place = [], low.find(word)
    while place >= 0:
        found.append(place)
        place = low.find(word, place + 1)
    return found


def _values(text: str) -> "list[tuple[int, int]]":
    """Where runs stand that may be a key: long enough, and with two digits or all hexadecimal."""
    plain = text.encode("ascii", "replace").replace(b"?", b" ")
    found, at = [], 0
    spaced = plain.translate(_TO_VALUES)
    for run in spaced.split():
        at = spaced.index(run, at)
        if len(run) >= LEAST_VALUE:
            digits = len(run) - len(run.translate(None, b"0123456789"))
            if digits >= 2 or any(len(part) >= LEAST_HEX for part in run.translate(_TO_HEX).split()):
                found.append((at, at + len(run)))
        at += len(run)
    return found
