"""What rules know that neither a restart of the hub nor an edit of the plan may forget."""

from typing import Any

import pytest
from msgspec.structs import replace

from hub.core.rules.condition import Condition
from hub.core.rules.gas_course import GasRecord
from hub.core.rules.registry import Judges, judges
from hub.core.site import CueRule, GasRule, Origin, Rule, Sensor, Site
from wire.ids import ulid
from wire.labels import CueKind, Posture, SensorKind
from wire.messages import Reading

SECOND = 1_000_000
START = 1_767_225_600 * SECOND  # Midnight.
PANIC = CueRule(id="co", cues=(CueKind.BUTTON_PRESSED,))


def a_rule(**changes: Any) -> GasRule:
    plain: dict[str, Any] = {"id": "co", "channel": "co", "stay_min_s": 0.0, "dose_max": 2.0}
    return GasRule(**{**plain, **changes})


def a_site(*rules: Rule) -> Site:
    nose = Sensor(id="nose-1", kind=SensorKind.GAS, name="Nose 1", position=(0.0, 0.0))
    return Site(
        id="square",
        name="Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-50.0, -50.0), (50.0, 50.0)),
        sensors=(nose,),
        rules=rules,
    )


def some_judges(*rules: Rule) -> Judges:
    return judges(a_site(*rules), lambda _: ())


def read(every: Judges, value: float, second: int) -> list[Condition]:
    at_us = START + second * SECOND
    reading = Reading(
        id=ulid(at_us, b"reading   "),
        sender="nose-1",
        boot=ulid(START, bytes(10)),
        seq=1,
        observed_us=at_us,
        sent_us=at_us,
        channel="co",
        value=value,
        unit="[ppm]",
    )
    return every.reading(reading, None, at_us)


def a_record() -> GasRecord:
    """Return a dose of 1.8 at three minutes past midnight."""
    every = some_judges(a_rule())
    read(every, 36.0, 0)
    read(every, 36.0, 180)
    (record,) = every.to_keep(START + 180 * SECOND)
    return record


def doses(every: Judges) -> list[float]:
    """Return the dose of each course after one more minute of nothing."""
    read(every, 0.0, 240)
    return [one.dose for one in every.to_keep(START + 240 * SECOND)]


def test_a_rule_goes_on_from_its_own_record() -> None:
    record, every = a_record(), some_judges(a_rule(), a_rule(id="other"))

    every.restore(record, START + 180 * SECOND)

    (begun,) = read(every, 36.0, 210)
    assert begun.key == "co/nose-1"
    assert "a dose of 2.1 since midnight" in begun.summary
    assert [round(one.dose, 3) for one in every.to_keep(START + 210 * SECOND)] == [2.1, 0.0]


@pytest.mark.parametrize("rules", [(), (PANIC,), (a_rule(enabled=False),)])
def test_a_record_of_what_the_plan_no_longer_has_is_left(rules: tuple[Rule, ...]) -> None:
    every = some_judges(*rules)

    every.restore(a_record(), START + 180 * SECOND)

    assert read(every, 99.0, 240) == []
    assert every.to_keep(START + 240 * SECOND) == []


def test_whoever_edits_a_limit_does_not_make_anybody_less_exposed() -> None:
    every = some_judges(a_rule())
    read(every, 36.0, 0)
    read(every, 36.0, 180)

    every.replan(a_site(a_rule(dose_max=1.0)), START + 180 * SECOND)

    (begun,) = read(every, 0.0, 181)
    assert "a dose of 1.81 since midnight" in begun.summary


@pytest.mark.parametrize("changes", [{"channel": "no2"}, {"unit": "mg/m3"}])
def test_what_counts_something_else_counts_anew(changes: dict[str, Any]) -> None:
    every = some_judges(a_rule())
    read(every, 36.0, 0)

    every.replan(a_site(a_rule(**changes)), START + 180 * SECOND)
    every.replan(a_site(a_rule()), START + 200 * SECOND)

    assert doses(every) == [0.0]


def test_a_limit_that_was_edited_is_not_kept_as_the_one_before_it() -> None:
    every = some_judges(a_rule(on_at=30.0, off_at=10.0))
    assert len(read(every, 36.0, 0)) == 1

    (over,) = every.replan(a_site(a_rule(on_at=50.0, off_at=10.0)), START)

    assert not over.active
    assert read(every, 36.0, 1) == []


def test_a_record_fits_the_rule_as_the_posture_has_it() -> None:
    rule = a_rule(by_posture={Posture.RAISED: {"baseline_s": 600.0}})
    record = replace(a_record(), baseline=replace(a_record().baseline, span_s=600.0, count=7))
    every = some_judges(rule)
    every.adjust({"site": Posture.RAISED})

    every.restore(record, START + 180 * SECOND)
    read(every, 0.0, 240)

    (kept,) = every.to_keep(START + 240 * SECOND)
    assert (kept.baseline.span_s, kept.baseline.count) == (600.0, 8)
