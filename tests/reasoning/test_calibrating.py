"""From decisions and their outcomes to numbers, and from numbers back to the decisions."""

import pytest

from oldhand.errors import MissingExtra, NeedsConsent
from oldhand.reasoning.calibrating import cases_of, hint_for, hint_line
from oldhand.reasoning.calibration import brier
from oldhand.reasoning.forecasts import Forecast
from oldhand.store.reader import Reader
from tests.conftest import Project
from tests.reasoning.decided import DAY_MS, WHOLE, decide, ends, forecasts


def forecasts_of(reader: Reader) -> list[Forecast]:
    """What the measures are given."""
    return [case.forecast for case in cases_of(reader).cases]


def test_a_store_without_outcomes_has_no_forecasts_and_reads_no_decision(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    decide(project, "Use Redis for sessions", 8_000)
    read: list[str] = []
    several = Reader.several

    def noted(self: Reader, names: list[str], *rest: object) -> object:
        read.extend(names)
        return several(self, names, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "several", noted)
    with project.memory.reading() as reader:
        assert forecasts_of(reader) == [] and hint_for(reader, agent="claude") is None
    assert read == []
    reply = project.call("calibration_show")
    assert reply.parts[0].number == 0 and reply.parts[0].decisions == []


def test_a_decision_with_an_outcome_is_a_forecast_with_all_that_it_was_stated_with(project: Project) -> None:
    one = decide(
        project, "Use Redis for sessions", 8_000, stated_by="model", agent="claude", model="opus", domain="storage"
    )  # fmt: skip
    ends(project, one, 0, weight=7_000, ref="c0ffee" * 6)
    with project.memory.reading() as reader:
        (forecast,) = forecasts_of(reader)
    assert forecast[:7] == (8_000, 0, 7_000, "model", "claude", "opus", "storage")
    assert forecast.day == project.memory.now() // DAY_MS
    (case,) = project.call("calibration_show", cases=True).cases
    assert (case.id, case.stated, case.outcome, case.weight) == (one, 8_000, 0, 7_000)
    assert case.refs == ["c0ffee" * 6] and case.state == "reverted"


def test_without_a_confidence_or_without_an_end_there_is_no_forecast(project: Project) -> None:
    unstated, open_, right = (decide(project, text, sure) for text, sure in (("A", None), ("B", 7_000), ("C", 9_000)))
    ends(project, unstated, WHOLE)
    ends(project, open_, WHOLE, weight=500)  # too little to say how it ended
    ends(project, right, WHOLE)
    with project.memory.reading() as reader:
        known = cases_of(reader)
    assert [case.decision for case in known.cases] == [right]
    assert known.unstated == 1 and known.open == (open_,)


def test_the_first_stated_confidence_counts_whatever_is_said_later(project: Project) -> None:
    one = project.by_person("decision_record", text="Use Redis for sessions", confidence="90%").decision.id
    ends(project, one, 0)
    project.by_person("decision_record", of=one, confidence="10%")
    with project.memory.reading() as reader:
        assert [forecast.stated for forecast in forecasts_of(reader)] == [9_000]


def test_what_is_stated_when_the_outcome_is_known_is_no_forecast(project: Project) -> None:
    now = project.memory.now()
    late = decide(project, "Use Redis for sessions", 9_900, valid_from=now - 90 * DAY_MS)
    ends(project, late, WHOLE, day_ms=now - 30 * DAY_MS)
    in_time = decide(project, "Use Postgres for carts", 9_900)
    ends(project, in_time, WHOLE, day_ms=now)
    reply = project.call("calibration_show")
    assert reply.hindsight == [late] and reply.parts[0].decisions == [in_time]


def test_a_person_s_word_decides_and_is_told_as_such(project: Project) -> None:
    one = decide(project, "Use Redis for sessions", 8_000)
    ends(project, one, 0)
    project.by_person("decision_resolve", name=one, outcome="confirmed", reason="it carried us through the sale")
    (case,) = project.call("calibration_show", cases=True).cases
    assert case.by_word and (case.state, case.outcome) == ("confirmed", WHOLE)


def test_what_was_replaced_or_put_away_still_counts(project: Project) -> None:
    old = project.by_person("decision_record", text="Use Redis for sessions", confidence="80%").decision.id
    project.by_person("decision_record", text="Use Postgres for sessions", supersedes=[old], reason="cost")
    away = decide(project, "Write our own queue", 9_000)
    for one in (old, away):
        ends(project, one, 0)
    project.by_person("retire", name=away)
    assert sorted(project.call("calibration_show").parts[0].decisions) == sorted([old, away])


def test_the_numbers_are_those_of_the_measures_and_name_their_decisions(project: Project) -> None:
    sure = forecasts(project, 40, -0.35, agent="claude", model="opus", stated_by="model")
    fits = forecasts(project, 40, 0.0, agent="codex", stated_by="agent", seed=2, domain="storage")
    with project.memory.reading() as reader:
        every = forecasts_of(reader)
    whole = project.call("calibration_show").parts[0]
    assert whole.number == 80 and whole.brier == pytest.approx(brier(every), abs=1e-12)
    assert sorted(whole.decisions) == sorted(sure + fits)
    by_agent = {part.name: part for part in project.call("calibration_show", by="agent").parts}
    assert sorted(by_agent["claude"].decisions) == sorted(sure) and by_agent["claude"].gap < -0.2
    assert "be less sure" in by_agent["claude"].told and not by_agent["codex"].told
    assert [part.name for part in project.call("calibration_show", by="domain").parts] == ["decisions", "storage"]
    only = project.call("calibration_show", domain="storage", cases=True, limit=5)
    assert sorted(only.parts[0].decisions) == sorted(fits) and len(only.cases) == 5 and only.left_out == 35


def test_a_hint_is_told_to_those_whose_confidence_does_not_fit_and_to_nobody_else(project: Project) -> None:
    forecasts(project, 60, -0.4, agent="claude", model="opus", stated_by="model")
    forecasts(project, 60, 0.0, agent="codex", model="gpt", stated_by="model", seed=3, domain="storage")
    with project.memory.reading() as reader:
        told = hint_for(reader, agent="claude", model="opus")
        assert told is not None and told.part == "model opus" and told.gap < -0.2
        assert hint_for(reader, agent="codex", model="gpt") is None
        assert hint_for(reader, domain="storage") is None and hint_for(reader) is None
    assert len(hint_line(told)) < 120 and "be less sure" in hint_line(told)
    shown = project.call("calibration_hints")
    assert {"model opus", "agent claude"} <= {one.numbers.part for one in shown.hints}
    assert all(len(one.decisions) >= 60 for one in shown.hints)


def test_a_revised_outcome_counts_as_what_it_is_now(project: Project) -> None:
    one = decide(project, "Use Redis for sessions", 8_000)
    ends(project, one, WHOLE)
    with project.memory.reading() as reader:
        assert hint_for(reader, agent="x") is None and forecasts_of(reader)[0].outcome == WHOLE
    ends(project, one, 0)
    with project.memory.reading() as reader:
        assert [forecast.outcome for forecast in forecasts_of(reader)] == [0]


def test_dates_choose_outcomes_and_drift_compares_periods(project: Project) -> None:
    early = forecasts(project, 15, 0.0, seed=5)
    assert project.call("calibration_show", since="2100-01-01").parts[0].number == 0
    assert project.call("calibration_show", until="2000-01-01").parts[0].number == 0
    reply = project.call("calibration_drift")
    assert reply.drift is None and len(reply.periods) == 1 and reply.periods[0].number == len(early)
    forecasts(project, 40, -1.0, seed=6)  # half a year later everything failed
    reply = project.call("calibration_drift")
    assert reply.drift is not None and reply.drift.drifted and reply.drift.change < -0.3 and reply.look == 1
    assert [len(part) for part in reply.decisions] == [15, 40]
    assert [part.number for part in project.call("calibration_show", by="period").parts] == [40, 15]


def test_nobody_is_told_by_evidence_on_decisions_that_are_young(project: Project) -> None:
    """What fails is taken back within days, what holds shows after months: early numbers look worse than they are."""
    for number in range(40):
        one = decide(project, f"Choose the way {number}", 9_000, agent="claude")
        ends(project, one, 0 if number % 4 else WHOLE)
    shown = project.call("calibration_show")
    assert shown.parts[0].gap < -0.5 and shown.young == 40
    with project.memory.reading() as reader:
        assert hint_for(reader, agent="claude") is None
    for number, one in enumerate(shown.parts[0].decisions):
        project.by_person("decision_resolve", name=one, outcome="failed" if number % 4 else "confirmed", reason="seen")
    with project.memory.reading() as reader:  # a person's word needs no waiting
        told = hint_for(reader, agent="claude")
    assert told is not None and told.gap < -0.5 and project.call("calibration_show").young == 0


def test_a_curve_is_drawn_here_and_as_svg_and_png(project: Project) -> None:
    forecasts(project, 40, agent="claude")
    here = project.call("calibration_plot", agent="claude")
    assert len(here.lines) > 3 and here.trials == pytest.approx(40) and not here.path and len(here.decisions) == 40
    drawn = project.call("calibration_plot", output="curve.svg")
    assert (project.root / "curve.svg").read_bytes().startswith(b"<svg") and drawn.bytes > 1_000
    project.call("calibration_plot", output="curve.PNG")
    assert (project.root / "curve.PNG").read_bytes().startswith(b"\x89PNG\r\n")
    with pytest.raises(NeedsConsent):
        project.call("calibration_plot", output="curve.svg")
    assert project.call("calibration_plot", output="curve.svg", yes=True).path.endswith("curve.svg")


def test_without_the_package_for_png_it_says_what_to_install(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(MissingExtra, match=r"oldhand\[plots\]") as raised:
        project.call("calibration_plot", output="curve.png")
    assert raised.value.exit_code == 11 and not (project.root / "curve.png").exists()


@pytest.mark.parametrize("out", ["curve.pdf", "curve", ".svg/", "../out.svg", ".oldhand/x.svg", ""])
def test_a_picture_goes_only_where_it_may(project: Project, out: str) -> None:
    from oldhand.errors import OldhandError

    if not out:
        assert not project.call("calibration_plot", output=out).path
        return
    with pytest.raises(OldhandError):
        project.call("calibration_plot", output=out)
