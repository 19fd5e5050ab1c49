"""Tokens that are known by their form: what providers say of prefix, length and alphabet, one line a format.

The facts come from the providers' documentation and from what their own scanners announce. A body must have at least
the length given and look as if drawn by lot (`secret_values.drawn`); check digits are not computed, so that a token
of a version that counts them otherwise is found too.
"""

import re
from functools import cache

A, W, D, H = "[A-Za-z0-9]", r"[A-Za-z0-9_]", r"[A-Za-z0-9_\-]", "[0-9a-f]"  # alphabets: base62, words, base64url, hex
B = "[A-Za-z0-9+/]"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MOST = 400  # characters of a body that are taken; the longest of fixed form has about 200
LONGEST_PART = 4000  # characters of one part of a signed token: they carry claims of any length

# Prefixes of letters, digits, _ and -: they stand in one run with the token's body.
IN_RUNS: tuple[tuple[str, str, str], ...] = tuple(
    (kind, prefix, body)
    for kind, rows in (
        (
            "GitHub token",
            (
                *((prefix, f"{A}{{30,255}}") for prefix in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
                ("github_pat_", f"{W}{{22,255}}"),
            ),
        ),
        (
            "GitLab token",
            (
                *(
                    (prefix, f"{D}{{20,255}}")
                    for prefix in (
                        "glpat-",
                        "gldt-",
                        "glrt-",
                        "glcbt-",
                        "glptt-",
                        "glft-",
                        "glimt-",
                        "glagent-",
                        "glsoat-",
                        "glffct-",
                        "gloas-",
                    )
                ),
                ("GR1348941", f"{D}{{20,60}}"),
            ),
        ),
        (
            "Bitbucket token",
            (
                ("ATBB", f"{A}{{24,60}}"),
                ("BBDC-", r"[A-Za-z0-9+/@_\-]{40,60}"),
                ("ATCTT3xFf", r"[A-Za-z0-9_\-=]{60,400}"),
            ),
        ),
        ("Atlassian token", (("ATATT3xFf", r"[A-Za-z0-9_\-=]{60,400}"),)),
        (
            "Slack token",
            (
                *(
                    (prefix, f"{D}{{16,255}}")
                    for prefix in (
                        "xoxb-",
                        "xoxp-",
                        "xoxa-",
                        "xoxr-",
                        "xoxs-",
                        "xoxc-",
                        "xoxo-",
                        "xoxe-",
                    )
                ),
                ("xoxd-", r"[A-Za-z0-9_%+/=\-]{40,400}"),
                ("xapp-", f"{D}{{24,255}}"),
            ),
        ),
        ("AWS access key", tuple((p, "[A-Z2-7]{16}(?![A-Za-z0-9])") for p in ("AKIA", "ASIA", "ABIA", "ACCA"))),
        ("AWS Bedrock key", (("ABSK", r"[A-Za-z0-9+/=]{100,400}"), ("bedrock-api-key-", r"[A-Za-z0-9+/=]{40,400}"))),
        ("Alibaba Cloud key", (("LTAI", f"{A}{{16,24}}(?!{A})"),)),
        ("Tencent Cloud key", (("AKID", f"{A}{{32}}(?!{A})"),)),
        ("Google API key", (("AIza", f"{D}{{35}}"),)),
        ("Google client secret", (("GOCSPX-", f"{D}{{28}}"),)),
        ("Yandex Cloud key", (("AQVN", f"{D}{{35,60}}"), ("YCAJE", f"{D}{{20}}"), ("YCP", f"{D}{{36,40}}(?!{D})"))),
        ("Yandex OAuth token", (("y0_", f"{D}{{50,120}}"),)),
        ("DigitalOcean token", tuple((prefix, f"{H}{{64}}") for prefix in ("dop_v1_", "doo_v1_", "dor_v1_"))),
        ("Heroku key", (("HRKU-", f"{D}{{36,80}}"),)),
        (
            "Fly.io token",
            (
                ("fo1_", f"{D}{{40,80}}"),
                ("fm2_", r"[A-Za-z0-9+/=,_\-]{60,400}"),
                ("fm1r_", r"[A-Za-z0-9+/=,_\-]{60,400}"),
            ),
        ),
        ("Netlify token", (("nfp_", f"{A}{{36,60}}"), ("nfo_", f"{A}{{36,60}}"), ("nfc_", f"{A}{{36,60}}"))),
        ("Vercel token", tuple((prefix, f"{A}{{24,90}}") for prefix in ("vcp_", "vci_", "vca_", "vcr_", "vck_"))),
        ("Cloudflare token", tuple((prefix, f"{W}{{40,64}}") for prefix in ("cfut_", "cfat_", "cfk_"))),
        (
            "OpenAI key",
            (
                *((prefix, f"{D}{{40,255}}") for prefix in ("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-")),
                ("sk-", f"{A}{{20}}T3BlbkFJ{A}{{20}}|{A}{{48}}(?!{D})"),
            ),
        ),
        ("Anthropic key", (("sk-ant-", f"{D}{{32,255}}"),)),
        ("OpenRouter key", (("sk-or-", f"{D}{{40,90}}"),)),
        ("DeepSeek key", (("sk-", f"{H}{{32}}(?!{D})"),)),
        ("Langfuse key", (("sk-lf-", UUID),)),
        ("LangSmith key", (("lsv2_", f"(?:pt|sk)_{W}{{32,80}}"),)),
        ("Groq key", (("gsk_", f"{A}{{40,80}}"),)),
        ("xAI key", (("xai-", f"{A}{{60,100}}"),)),
        ("Perplexity key", (("pplx-", f"{A}{{40,80}}"),)),
        ("Cerebras key", (("csk-", f"{A}{{40,80}}"),)),
        ("NVIDIA key", (("nvapi-", f"{D}{{60,90}}"),)),
        ("Hugging Face token", (("hf_", f"{A}{{30,60}}"), ("api_org_", f"{A}{{30,60}}"))),
        ("Replicate token", (("r8_", f"{A}{{36,50}}"),)),
        ("Pinecone key", (("pcsk_", f"{W}{{40,100}}"),)),
        ("ElevenLabs key", (("sk_", f"{H}{{48}}(?!{W})"),)),
        ("Voyage key", (("pa-", f"{D}{{43}}(?!{D})"),)),
        ("Jina key", (("jina_", f"{D}{{50,80}}"),)),
        ("Tavily key", (("tvly-", f"{D}{{28,60}}"),)),
        ("Firecrawl key", (("fc-", f"{H}{{32}}(?!{D})"),)),
        ("E2B key", (("e2b_", f"{H}{{40}}"),)),
        ("RunPod key", (("rpa_", f"{A}{{40,60}}"),)),
        (
            "Stripe key",
            tuple(
                (p, f"{W}{{16,255}}") for p in ("sk_live_", "sk_test_", "rk_live_", "rk_test_", "sk_org_", "sk_prod_")
            ),
        ),
        ("webhook secret", (("whsec_", r"[A-Za-z0-9+/=]{24,90}"), ("signkey-", f"{D}{{24,90}}"))),
        (
            "Square token",
            (("sq0atp-", f"{D}{{22,60}}"), ("sq0csp-", f"{D}{{40,60}}"), ("EAAA", f"{D}{{56,64}}(?!{D})")),
        ),
        ("Shopify token", tuple((prefix, "[0-9a-fA-F]{32}") for prefix in ("shpat_", "shpca_", "shppa_", "shpss_"))),
        ("Plaid token", (("access-sandbox-", UUID), ("access-production-", UUID), ("access-development-", UUID))),
        ("Razorpay key", (("rzp_live_", f"{A}{{14,30}}"), ("rzp_test_", f"{A}{{14,30}}"))),
        ("Flutterwave key", (("FLWSECK_TEST-", f"{D}{{12,60}}"), ("FLWSECK-", f"{D}{{32,60}}"))),
        ("EasyPost key", (("EZAK", f"{A}{{54}}"), ("EZTK", f"{A}{{54}}"))),
        ("Duffel token", (("duffel_test_", f"{D}{{43}}"), ("duffel_live_", f"{D}{{43}}"))),
        ("Shippo token", (("shippo_live_", f"{H}{{40}}"), ("shippo_test_", f"{H}{{40}}"))),
        ("Lob key", (("live_", f"{H}{{35}}(?!{W})"), ("test_", f"{H}{{35}}(?!{W})"))),
        ("Twilio key", (("SK", f"{H}{{32}}(?!{W})"),)),
        ("Mailgun key", (("key-", f"{H}{{32}}(?!{D})"),)),
        ("Brevo key", (("xkeysib-", f"{H}{{64}}-{A}{{16}}"), ("xsmtpsib-", f"{H}{{64}}-{A}{{16}}"))),
        ("Resend key", (("re_", f"{A}{{8}}_{A}{{24,36}}(?!{W})"),)),
        ("npm token", (("npm_", f"{A}{{36}}"),)),
        ("PyPI token", (("pypi-AgE", f"{D}{{50,400}}"),)),
        ("RubyGems key", (("rubygems_", f"{H}{{48}}"),)),
        ("NuGet key", (("oy2", "[a-z0-9]{43}(?![A-Za-z0-9])"),)),
        ("Cargo token", (("cio", f"{A}{{32}}(?!{W})"),)),
        ("Clojars token", (("CLOJARS_", f"{H}{{60}}"),)),
        ("Docker token", (("dckr_pat_", f"{D}{{24,60}}"), ("dckr_oat_", f"{D}{{24,60}}"))),
        ("JFrog token", (("AKCp", f"{A}{{60,80}}"), ("cmVmdGtu", f"{A}{{50,70}}"))),
        ("Databricks token", (("dapi", f"{H}{{32}}(?!{A})"), ("dose", f"{H}{{32}}(?!{A})"))),
        ("Linear key", (("lin_api_", f"{A}{{32,64}}"), ("lin_oauth_", f"{H}{{64}}"))),
        ("Notion token", (("secret_", f"{A}{{43}}(?!{W})"), ("ntn_", f"{A}{{40,60}}"))),
        ("Figma token", tuple((prefix, f"{D}{{36,60}}") for prefix in ("figd_", "figu_", "figo_", "figor_"))),
        (
            "New Relic key",
            (
                ("NRAK-", f"{A}{{27}}"),
                ("NRII-", f"{D}{{32}}"),
                ("NRAA-", f"{H}{{27}}"),
                ("NRJS-", f"{H}{{19}}"),
                ("NRRA-", f"{H}{{42}}"),
                ("NRIQ-", f"{D}{{32}}"),
            ),
        ),
        (
            "Grafana token",
            (
                ("glsa_", f"{A}{{32}}_{H}{{8}}"),
                ("glc_", r"[A-Za-z0-9+/=]{32,400}"),
                ("eyJrIjoi", r"[A-Za-z0-9+/=]{40,400}"),
            ),
        ),
        (
            "Sentry token",
            (("sntrys_", r"[A-Za-z0-9+/=_\-]{60,400}"), ("sntryu_", f"{H}{{64}}"), ("sntrya_", f"{H}{{64}}")),
        ),
        ("PostHog key", (("phx_", f"{A}{{40,60}}"),)),
        ("Logfire token", (("pylf_v1_", f"{W}{{36,80}}"), ("pylf_v2_", f"{W}{{36,80}}"))),
        ("Supabase key", (("sbp_", f"{H}{{40}}"), ("sb_secret_", f"{D}{{28,60}}"))),
        ("PlanetScale token", tuple((p, f"{D}{{32,80}}") for p in ("pscale_tkn_", "pscale_oauth_", "pscale_pw_"))),
        ("Neon key", (("napi_", f"{A}{{50,80}}"),)),
        ("MongoDB Atlas secret", (("mdb_sa_sk_", f"{D}{{36,60}}"),)),
        ("Prefect key", (("pnu_", f"{A}{{36}}"), ("pnb_", f"{A}{{36}}"))),
        ("Postman key", (("PMAK-", f"{H}{{24}}-{H}{{34}}"),)),
        ("ReadMe key", (("rdme_", "[a-z0-9]{60,90}"),)),
        ("Pulumi token", (("pul-", f"{H}{{40}}"),)),
        ("Infracost key", (("ico-", f"{A}{{32}}(?!{A})"),)),
        ("Buildkite token", (("bkua_", f"{H}{{40}}"), ("bkct_", f"{A}{{30,80}}"))),
        ("CircleCI token", (("CCIPAT_", f"{W}{{40,90}}"), ("CCIPRJ_", f"{W}{{40,90}}"))),
        ("SonarQube token", (("sqp_", f"{H}{{40}}"), ("squ_", f"{H}{{40}}"), ("sqa_", f"{H}{{40}}"))),
        ("Sourcegraph token", (("sgp_", f"(?:local_|{H}{{16}}_)?{H}{{40}}"), ("slk_", f"{H}{{64}}"))),
        ("Contentful token", (("CFPAT-", f"{D}{{43}}"),)),
        ("Frame.io token", (("fio-u-", f"{D}{{60,70}}"),)),
        ("Typeform token", (("tfp_", f"{D}{{40,70}}"),)),
        ("HubSpot token", (("pat-na", f"[12]-{UUID}"), ("pat-eu", f"[12]-{UUID}"))),
        ("Adobe secret", (("p8e-", f"{D}{{32}}"), ("p8-", f"{D}{{32}}(?!{D})"))),
        ("Tailscale key", (("tskey-", f"{D}{{20,100}}"),)),
        ("1Password token", (("ops_eyJ", f"{D}{{100,400}}"), ("A3-", "[A-Z0-9]{6}-[A-Z0-9]{6}(?:-[A-Z0-9]{5}){3,4}"))),
        ("LaunchDarkly key", (("sdk-", UUID), ("api-", UUID))),
        ("Scalingo token", (("tk-us-", f"{D}{{48}}"),)),
        ("Trigger.dev key", (("tr_dev_", f"{A}{{16,40}}"), ("tr_prod_", f"{A}{{16,40}}"))),
        ("Octopus Deploy key", (("API-", "[A-Z0-9]{26,32}(?![A-Za-z0-9])"),)),
        ("Facebook token", (("EAA", f"{A}{{90,400}}"),)),
        ("Instagram token", (("IGQV", f"{D}{{60,400}}"), ("IGAA", f"{D}{{60,400}}"))),
        ("Twitter bearer token", (("AAAAAAAAAAAAAAAAAAAAA", r"[A-Za-z0-9%]{60,120}"),)),
        ("age key", (("AGE-SECRET-KEY-1", "[0-9A-Z]{58}"), ("AGE-SECRET-KEY-PQ-1", "[0-9A-Z]{58,2000}"))),
        ("wallet key", (("xprv", "[1-9A-HJ-NP-Za-km-z]{100,112}"), ("zprv", "[1-9A-HJ-NP-Za-km-z]{100,112}"))),
        (
            "signed token (JWT)",
            (
                ("eyJ", f"{D}{{8,{LONGEST_PART}}}\\.eyJ{D}{{4,{LONGEST_PART}}}(?:\\.{D}{{8,{LONGEST_PART}}})?"),
                ("eyJ", f"{D}{{8,{LONGEST_PART}}}\\.{D}{{0,{LONGEST_PART}}}(?:\\.{D}{{8,{LONGEST_PART}}}){{3}}"),
            ),
        ),
    )
    for prefix, body in rows
)

# What other characters stand in or before: searched for in the whole text. `back`: characters of the token before it.
IN_TEXT: tuple[tuple[str, str, str, int], ...] = (
    ("Slack webhook", "hooks.slack.com/", rf"(?:services|workflows|triggers)/[A-Za-z0-9_/\-]{{30,{MOST}}}", 0),
    ("Discord webhook", "/api/webhooks/", rf"\d{{15,22}}/{D}{{50,90}}", 0),
    ("Teams webhook", ".webhook.office.com/", rf"webhookb2/[A-Za-z0-9@/\-]{{60,{MOST}}}", 0),
    ("Telegram bot token", ":AA", rf"{D}{{32,36}}(?!{D})", 11),
    ("Firebase key", ":APA91b", rf"{D}{{100,200}}", 12),
    ("SendGrid key", "SG.", rf"{D}{{16,32}}\.{D}{{30,60}}", 0),
    ("Vault token", "hvs.", rf"{D}{{24,{MOST}}}", 0),
    ("Vault token", "hvb.", rf"{D}{{24,{MOST}}}", 0),
    ("Vault token", "hvr.", rf"{D}{{24,{MOST}}}", 0),
    ("Terraform token", ".atlasv1.", rf"{D}{{60,70}}", 14),
    ("Google OAuth token", "ya29.", rf"{D}{{20,{MOST}}}", 0),
    ("Google refresh token", "1//0", rf"{D}{{30,200}}", 0),
    ("Doppler token", "dp.", rf"(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_\-]{{2,35}}\.)?{A}{{40,44}}", 0),
    ("Amazon MWS token", "amzn.mws.", UUID, 0),
    ("Braintree token", "access_token$", rf"(?:production|sandbox)\$[0-9a-z]{{16}}\${H}{{32}}", 0),
    ("Dropbox token", "sl.", rf"(?:u\.)?{D}{{120,{MOST * 4}}}", 0),
    ("Mapbox token", "sk.eyJ", rf"{D}{{30,200}}\.{D}{{18,40}}", 0),
    ("Dynatrace token", "dt0c01.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}", 0),
    ("Harness token", "pat.", rf"{D}{{22}}\.{H}{{24}}\.{A}{{20}}", 0),
    ("VK token", "vk1.a.", rf"{D}{{80,{MOST}}}", 0),
    ("Yandex IAM token", "t1.", rf"[A-Za-z0-9_\-]{{5,{MOST}}}={{0,2}}\.{D}{{80,90}}={{0,2}}", 0),
    ("Azure client secret", "Q~", r"[A-Za-z0-9_~.\-]{31,34}(?![A-Za-z0-9_~.\-])", 4),
    ("Cloudflare origin key", "v1.0-", rf"{H}{{24}}-{H}{{146}}", 0),
    ("OpenShift token", "sha256~", rf"{D}{{43}}", 0),
    ("eBay token", "v^1.1#", rf"[A-Za-z0-9#^+/=_\-]{{40,{MOST * 4}}}", 0),
    ("Snyk token", "snyk_", rf"(?:uat|sat)\.{H}{{8}}\.[A-Za-z0-9_\-.]{{20,{MOST}}}", 0),
    ("Discord token", "mfa.", rf"{D}{{84}}", 0),
    ("Mailchimp key", "-us", r"\d{1,2}(?![A-Za-z0-9])", 32),
    ("Airtable token", ".", rf"{H}{{64}}(?![A-Za-z0-9])", 17),
    ("Discord token", ".", rf"{D}{{27,40}}(?!{D})", 34),
    ("Asana token", ":", rf"{H}{{32}}(?![A-Za-z0-9])", 36),
)

# What must stand before the literal, where it is the middle of a token.
BEFORE: dict[tuple[str, str], str] = {
    ("Telegram bot token", ":AA"): r"\d{8,10}",
    ("Firebase key", ":APA91b"): r"[A-Za-z0-9_\-]{8,12}",
    ("Terraform token", ".atlasv1."): f"{A}{{14}}",
    ("Azure client secret", "Q~"): r"[A-Za-z0-9_~.\-]{3}\d",
    ("Mailchimp key", "-us"): f"{H}{{32}}",
    ("Airtable token", "."): f"pat{A}{{14}}",
    ("Discord token", "."): f"[MNO]{A}{{23,25}}\\.{D}{{6}}",
    ("Asana token", ":"): r"[12]/\d{12,16}(?:/\d{12,16})?|\d/\d{12,16}",
}

PREFIXES = tuple(dict.fromkeys(prefix for _, prefix, _ in IN_RUNS))
FIRST = frozenset(prefix[:2] for prefix in PREFIXES)  # how a run without any digit must begin to be looked at
DOTTED = ".:"  # literals that stand everywhere: looked for at the runs only, never by themselves
LEAST_DOTTED = 27  # characters of the shortest run that follows one of them in a token
LITERALS = tuple(dict.fromkeys(literal for _, literal, _, _ in IN_TEXT if literal not in DOTTED))


@cache
def by_prefix(prefix: str) -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    """(kind, pattern of the body) of the formats with this prefix, the most particular first."""
    return tuple((kind, re.compile(body)) for kind, one, body in IN_RUNS if one == prefix)


@cache
def by_literal(literal: str) -> tuple[tuple[str, "re.Pattern[str]", "re.Pattern[str] | None", int], ...]:
    """(kind, pattern after, pattern before, its most characters) of the formats around this literal."""
    found = []
    for kind, one, body, back in IN_TEXT:
        if one == literal:
            before = BEFORE.get((kind, one), "")
            found.append((kind, re.compile(body), re.compile(f"(?:{before})\\Z") if before else None, back))
    return tuple(found)
