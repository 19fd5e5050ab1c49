"""Signs of bias in how a decision is built, and in what surrounds it: each with a control in which it is not there."""

import pytest

from oldhand.reasoning.beta import Interval
from oldhand.reasoning.calibration_hint import Hint
from oldhand.reasoning.decisions import Decision, arguments_of
from oldhand.reasoning.safety import signs
from oldhand.reasoning.safety_around import Around, Like, Open, Session
from oldhand.reasoning.safety_sign import CHECKS, WHOLE
from tests.reasoning.safety_cases import decision

DAY = 86_400_000
NOW = 500 * DAY


def made(text: str = "Use Redis for carts", reasons: tuple[str, ...] = (), **fields: object) -> Decision:
    return decision(text, arguments=tuple(arguments_of(reasons)), **fields)


def told(one: Decision, around: Around = Around()) -> set[str]:  # noqa: B008 - it is never changed
    return {sign.check for sign in signs(one, around)}


def like(text: str, went: int, *, took: int = 0, at: int = 0, name: str = "a", **fields: object) -> Like:
    other = decision(text, id=name * 32, at=at, **fields)
    return Like(other, 9_000, "failed" if went < 5_000 else "survived", went, 8_000, took)


WEIGHED = {"alternatives": ("Memcached",), "confidence": 8_000}
BALANCED = ("+0 survives a restart", "-0 one more service", "+1 simpler", "-1 no persistence")


def test_a_weighty_choice_without_an_alternative_is_asked_for_one() -> None:
    one = made(confidence=9_000, risk="high", reason="it is fast")
    (sign,) = [sign for sign in signs(one) if sign.check == "no-alternatives"]
    assert sign.bias == "narrow framing" and "risk is high" in sign.evidence
    assert '"Use Redis for carts"' in sign.question


@pytest.mark.parametrize(
    "fields",
    [
        {},  # a note of which nothing more is known
        {"confidence": 9_000, "risk": "low"},
        {"confidence": 6_000, "reason": "we will see"},
        {"text": "Use Redis instead of Memcached", "confidence": 8_000, "reason": "it survives a restart"},
        {"confidence": 8_000, "reasons": ("-0 one more service",)},
        {**WEIGHED, "reasons": BALANCED},
    ],
)
def test_a_note_or_a_weighed_choice_is_not_asked_for_alternatives(fields: dict[str, object]) -> None:
    assert "no-alternatives" not in told(made(**fields))  # type: ignore[arg-type]


def test_reasons_on_one_side_only_are_told_and_reasons_on_both_are_not() -> None:
    one_sided = made(reasons=("+0 fast", "+0 known", "-1 old"), **WEIGHED)
    (sign,) = signs(one_sided)
    assert sign.check == "one-sided" and "all 3 recorded reasons" in sign.evidence and '"Memcached"' in sign.question
    assert not signs(made(reasons=("+0 fast", "+0 known", "-1 old", "-0 one more service", "+1 simple"), **WEIGHED))
    assert "one-sided" not in told(made(reasons=("+0 fast",), **WEIGHED)), "one reason is a remark"
    refused = made(reasons=("-1 old", "-1 slow"), **WEIGHED)
    assert not told(refused), "why it was chosen may stand in its prose"


def test_more_reasons_on_one_side_weigh_more() -> None:
    few = signs(made(reasons=("+0 a", "-1 b"), **WEIGHED))[0]
    many = signs(made(reasons=("+0 a", "-1 b", "+0 c", "-1 d", "+0 e"), **WEIGHED))[0]
    assert 0 < few.strength < many.strength <= WHOLE


@pytest.mark.parametrize(
    "nothing", ["do nothing", "Nothing", "leave it as it is", "ничего не делать", "оставить как есть"]
)
def test_an_alternative_that_is_only_there_to_be_refused_is_told(nothing: str) -> None:
    one = made(alternatives=(nothing,), reasons=("+0 fast", "-0 dear"), confidence=8_000)
    assert told(one) == {"strawmen"}
    real = made(alternatives=("Memcached",), reasons=("+0 fast", "-0 dear"), confidence=8_000)
    assert not told(real)


def test_alternatives_that_are_only_spoken_against_are_told_when_the_chosen_was_weighed() -> None:
    one = made(alternatives=("Memcached", "Files"), reasons=("+0 fast", "-0 dear", "-1 old", "-2 slow"))
    assert told(one) == {"strawmen"}
    assert not told(made(alternatives=("Memcached", "Files"), reasons=("+0 fast", "-0 dear", "+1 simple", "-2 slow")))


def test_great_confidence_without_reasons_or_criteria_is_told() -> None:
    assert "unbacked-confidence" in told(made(confidence=9_500, risk="high"))
    for fields in (
        {"confidence": 9_500, "criteria": ("p95 below 5 ms",)}, {"confidence": 8_500},
        {"confidence": 9_500, "reason": "measured: 38 ms before, 1.2 ms after"}, {"confidence": 9_900, "risk": "low"},
        {"confidence": 9_500, "read": ("aa docs/a.md",)},
    ):  # fmt: skip
        assert "unbacked-confidence" not in told(made(**fields)), fields  # type: ignore[arg-type]


def test_confidence_beyond_what_it_came_to_is_told_with_the_numbers() -> None:
    hint = Hint("agent claude", 34.0, 0.88, 0.61, -0.27, Interval(0.44, 0.76), 50.0)
    one = made(reasons=BALANCED, **{**WEIGHED, "confidence": 9_000})
    (sign,) = signs(one, Around(hint=hint))
    assert sign.check == "calibration" and "agent claude: 34 decisions" in sign.evidence and "0.61" in sign.evidence
    assert not signs(one._replace(confidence=7_000), Around(hint=hint)), "it lies within the interval"
    assert not signs(one._replace(confidence=None), Around(hint=hint))
    too_shy = hint._replace(gap=0.2, stated=0.5, went=0.7)
    assert not signs(one, Around(hint=too_shy)), "who was too unsure is not overconfident"


def test_the_same_way_again_after_it_failed_is_told() -> None:
    before = (
        like("Retry payments with backoff", 1_000, name="b", commits=("c0ffee", "deadbe")),
        like("Retry payments three times", 2_000, name="c"),
        like("Retry payments at night", 8_000, name="d"),
    )
    one = made("Retry payments once more with jitter", reasons=BALANCED, **WEIGHED)
    (sign,) = signs(one, Around(like=before))
    assert sign.check == "escalation" and sign.bias == "sunk cost"
    assert "2 of 3" in sign.evidence and "bbbbbb" in sign.evidence and "2 commits" in sign.evidence
    assert not signs(one, Around(like=before[1:])), "one failure is no pattern"
    assert not signs(made("Stop retrying payments", reasons=BALANCED, **WEIGHED), Around(like=before)), "it ends it"
    well = tuple(other._replace(went=9_000) for other in before)
    assert not signs(one, Around(like=well))
    unsure = tuple(other._replace(weight=1_000) for other in before)
    assert not signs(one, Around(like=unsure)), "too little is known of how they ended"


def test_leaving_a_way_that_failed_is_no_escalation() -> None:
    before = (
        like("Retry payments with backoff", 1_000, name="b"),
        like("Retry payments with backoff now", 500, name="c"),
    )
    left = made("Queue payments", alternatives=("Retry payments with backoff",), reasons=BALANCED, confidence=8_000)
    assert not signs(left, Around(like=before))
    replacing = made("Retry payments by queue", reasons=BALANCED, **WEIGHED)
    assert not signs(replacing, Around(like=before, before=tuple((1, one.decision) for one in before)))


def test_back_to_what_was_replaced_is_told_with_the_reason_for_which_it_was() -> None:
    first = decision("Sessions live in Redis", id="a" * 32, at=NOW - 80 * DAY)
    second = decision("Sessions live in Postgres", id="b" * 32, at=NOW - 40 * DAY, reason="Redis lost sessions twice")
    again = made("Sessions live in Redis", reasons=BALANCED, **WEIGHED)
    (sign,) = signs(again, Around(before=((1, second), (2, first)), now=NOW))
    assert sign.check == "reversal" and "Redis lost sessions twice" in sign.evidence and "aaaaaaaaaaaa" in sign.evidence
    onwards = made("Sessions live in signed cookies", reasons=BALANCED, **WEIGHED)
    assert not signs(onwards, Around(before=((1, second), (2, first)), now=NOW)), "a new way is no way back"


def test_to_and_fro_within_weeks_is_told_and_the_course_of_years_is_not() -> None:
    def chain(days: int) -> tuple[tuple[int, Decision], ...]:
        texts = ("Sessions in files", "Sessions in Postgres", "Sessions in etcd")
        made = (decision(text, id=str(at) * 32, at=NOW - at * days * DAY) for at, text in enumerate(texts, 1))
        return tuple(enumerate(made, 1))

    now = made("Carts in memory", reasons=BALANCED, **WEIGHED)
    assert told(now, Around(before=chain(20), now=NOW)) == {"reversal"}
    assert not told(now, Around(before=chain(200), now=NOW))
    together = tuple((1, one) for _, one in chain(20))
    assert not told(now, Around(before=together, now=NOW)), (
        "one decision that takes the place of three is no to and fro"
    )


def test_one_incident_against_a_good_record_is_told() -> None:
    record = tuple(like(f"Deploy part {at} by hand", 9_000, name=str(at)) for at in range(6))
    one = made("Forbid deploys in the afternoon", reasons=BALANCED, **WEIGHED)
    bit = (Open("c" * 32, "A deploy in the afternoon lost carts"),)
    (sign,) = signs(one, Around(like=record, recent=bit))
    assert sign.check == "recent-incident" and "cccccccccccc" in sign.evidence and "6 of 6" in sign.evidence
    assert not signs(one, Around(like=record[:4], recent=bit)), "four are no record"
    bad = tuple(other._replace(went=3_000 * (at % 2) + 5_000, likeness=0) for at, other in enumerate(record))
    assert not signs(one, Around(like=bad, recent=bit)), "the record is no better than the incident"
    assert not signs(one, Around(like=record, recent=(*bit, Open("d" * 32, "And another")))), "two are no accident"
    assert not signs(one, Around(like=record))


def test_an_estimate_below_what_the_like_took_is_told_with_the_range() -> None:
    took = tuple(
        like(f"Port part {at}", 8_000, took=minutes, name=str(at)) for at, minutes in enumerate((600, 900, 2_400))
    )
    one = made("Port the last part", reasons=BALANCED, estimate=120, **WEIGHED)
    (sign,) = signs(one, Around(like=took))
    assert sign.check == "like-took-longer" and "10 h to 40 h" in sign.evidence and "estimate is 2 h" in sign.evidence
    assert not signs(one._replace(estimate=800), Around(like=took))
    assert not signs(one, Around(like=took[:2])), "two are no reference class"


def test_an_open_question_that_it_turns_on_is_told() -> None:
    one = made(reasons=BALANCED, **WEIGHED)
    asked = (Open("e" * 32, "Who runs Redis at night?"),)
    (calm,) = signs(one, Around(open=asked, now=NOW))
    (hasty,) = signs(one, Around(open=asked, now=NOW, session=Session(started=NOW - 60_000)))
    assert calm.check == hasty.check == "open-questions" and "Who runs Redis" in calm.evidence
    assert hasty.strength > calm.strength and "minutes ago" in hasty.evidence


def test_what_the_session_looked_at_tells_of_one_sided_search_and_of_the_first_option() -> None:
    one = made(reasons=BALANCED, **WEIGHED)
    one_way = Session(first=0, spoken=(4, 2), looked=(5, 0))
    assert told(one, Around(session=one_way)) == {"searched-one-side"}
    both = Session(first=0, spoken=(4, 2), looked=(5, 2))
    assert not told(one, Around(session=both))
    alone = Session(first=0, spoken=(4, 0), looked=(2, 0))
    assert told(one, Around(session=alone)) == {"first-option"}
    assert not told(one, Around(session=alone._replace(first=1)))
    assert not told(one._replace(alternatives=()), Around(session=one_way)), "nothing to look for is named"


def test_an_estimate_that_is_the_first_number_named_is_told_unless_the_like_tell_better() -> None:
    one = made("Port the cart", reasons=BALANCED, estimate=4_800, **WEIGHED)
    named = Session(minutes=4_800)
    assert told(one, Around(session=named)) == {"first-number"}
    assert not told(one._replace(estimate=2_000), Around(session=named))
    took = tuple(like(f"Port part {at}", 8_000, took=4_000, name=str(at)) for at in range(3))
    assert not told(one, Around(session=named, like=took))


def test_every_sign_names_a_known_check_and_holds_its_bounds() -> None:
    known = {check.id: check.bias for check in CHECKS}
    one = made("We are 100% sure, everybody uses it", confidence=9_900, risk="high")
    for sign in signs(one):
        assert known[sign.check] == sign.bias and 0 < sign.strength <= WHOLE
        assert sign.question.endswith("?") and "\n" not in sign.evidence + sign.question


def test_the_ids_that_settings_know_are_those_of_the_checks() -> None:
    from oldhand.model.safety_policy import CHECKS as NAMES

    assert set(NAMES) == {check.id for check in CHECKS} and len(NAMES) == len(CHECKS)
