import math
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_square import FRAME, SECOND, START, Voice, a_pose, a_site

from hub.core.fusion.bangs import (
    BABBLE_MAX,
    BABBLE_US,
    CHAIN_MAX,
    CUES_MAX,
    HEARING_M,
    KEPT_US,
    READING_AGE_MAX_US,
    STORM_MAX,
    Bangs,
    Chain,
    Sound,
)
from hub.core.site import Sensor
from wire.labels import CueKind, SensorKind
from wire.messages import Bearing, Cue, Pose, Reading, SensorAbout

Place = tuple[float, float]
EARS = {
    "mic-sw": (-100.0, -100.0),
    "mic-se": (100.0, -100.0),
    "mic-ne": (100.0, 100.0),
    "mic-nw": (-100.0, 100.0),
    "mic-s": (0.0, -110.0),
    "mic-n": (0.0, 110.0),
}
BANG = (30.0, -20.0)
MS = 1_000


def some_bangs(ears: dict[str, Place] | None = None) -> Bangs:
    sensors = tuple(
        Sensor(id=name, kind=SensorKind.ACOUSTIC, name=name, position=place)
        for name, place in (ears or EARS).items()
    )
    return Bangs(a_site(sensors=sensors), FRAME)


def a_cue(name: str, onset_us: int, **fields: Any) -> Cue:
    return Voice(name, str(onset_us)).cue(onset_us, CueKind.IMPULSE_SOUND, **fields)


def onset_us(name: str, bang: Place = BANG, at_us: int = START) -> int:
    way_m = math.hypot(math.dist(EARS[name], bang), 0.5)
    return at_us + round(way_m / 343.2 * SECOND)


def cues_of(bang: Place = BANG, at_us: int = START, names: Any = EARS, **fields: Any) -> list[Cue]:
    return [a_cue(name, onset_us(name, bang, at_us), **fields) for name in names]


def taken(bangs: Bangs, cues: list[Cue]) -> tuple[Sound, ...]:
    chain: Chain | None = None
    for cue in cues:
        chain = bangs.cue(cue, START + SECOND)
    assert chain is not None
    return chain.sounds


def test_the_answer_gets_better_with_each_cue() -> None:
    bangs, cues = some_bangs(), sorted(cues_of(), key=lambda cue: cue.observed_us)

    said = [taken(bangs, [cue]) for cue in cues]

    assert said[0] == ()
    assert [len(one) for one in said[1:]] == [1] * 5
    assert [one[0].is_located for one in said[1:]] == [False, True, True, True, True]
    sigmas = [one[0].axes.major_m for one in said[2:]]
    assert sigmas[-1] < sigmas[0]
    last = said[-1][0]
    assert math.dist(last.place, BANG) < 2.0
    assert last.anchor == cues[0].id
    assert last.sensor == cues[0].sender
    assert last.sensors == tuple(cue.sender for cue in cues)
    assert last.after_s[0] == 0.0
    assert last.after_s == tuple(sorted(last.after_s))
    assert abs(last.emitted_us - START) < 5 * MS
    assert (last.bearing_deg, last.strays, last.echo_count) == (None, (), 0)


@given(st.permutations(list(EARS)))
@settings(max_examples=12)
def test_the_answer_does_not_depend_on_the_order_of_arrival(order: list[str]) -> None:
    cues = [*cues_of(names=order), a_cue("mic-s", onset_us("mic-s") + 300 * MS)]

    (sound,) = taken(some_bangs(), cues)
    (plain,) = taken(some_bangs(), cues_of())

    assert sound.place == pytest.approx(plain.place, abs=0.01)
    assert (sound.sensors, sound.echo_count) == (plain.sensors, 1)
    assert sound.anchor == cues[0].id


def test_other_kinds_and_strangers_locate_nothing() -> None:
    bangs = some_bangs()

    assert bangs.cue(Voice("mic-n").cue(START, CueKind.GLASS_BREAK), START) is None
    assert bangs.cue(a_cue("stranger", START), START) is None


def test_a_backlog_and_a_clock_that_is_far_off_locate_nothing() -> None:
    bangs = some_bangs()

    assert bangs.cue(a_cue("mic-n", START), START + KEPT_US + 1) is None
    assert bangs.cue(a_cue("mic-n", START + KEPT_US + 1), START) is None
    assert bangs.cue(a_cue("mic-n", START), START + KEPT_US) is not None


def test_a_cue_is_put_together_only_with_what_is_fresh_and_near_in_time() -> None:
    bangs = some_bangs()
    taken(bangs, cues_of(names=("mic-sw", "mic-se")))

    later = bangs.cue(a_cue("mic-ne", START + 20 * SECOND), START + 20 * SECOND)

    assert later == Chain(cues=later.cues if later else frozenset(), sounds=())
    assert later is not None
    assert len(later.cues) == 1


def test_simulated_and_real_sounds_are_never_one_bang() -> None:
    bangs = some_bangs()
    real = cues_of(names=("mic-sw", "mic-se"))
    played = cues_of(names=("mic-ne", "mic-nw"), simulated=True)

    (sound,) = taken(bangs, [*real, *played])

    assert set(sound.sensors) == {"mic-ne", "mic-nw"}


def test_two_sensors_are_near_the_loudest_or_else_the_first() -> None:
    pair = ("mic-sw", "mic-s")

    (quiet,) = taken(some_bangs(), cues_of(names=pair))
    loud = cues_of(names=pair[:1], level_db=120.0) + cues_of(names=pair[1:], level_db=90.0)
    (loudest,) = taken(some_bangs(), loud)
    wide = ("mic-sw", "mic-ne")
    (apart,) = taken(some_bangs(), cues_of(names=wide))

    assert quiet.place == EARS["mic-s"]
    assert quiet.axes.major_m == pytest.approx(math.dist(EARS["mic-sw"], EARS["mic-s"]) / 2)
    assert loudest.place == EARS["mic-sw"]
    assert apart.axes.major_m > 2 * HEARING_M
    assert not quiet.is_located


def test_two_sensors_that_tell_the_place_themselves_are_left_to_it() -> None:
    where = Bearing(azimuth_deg=10.0, sigma_azimuth_deg=3.0)

    assert taken(some_bangs(), cues_of(names=("mic-sw", "mic-s"), where=where)) == ()


def test_a_wrong_sensor_is_a_stray_and_a_second_onset_an_echo() -> None:
    cues = cues_of()
    cues[3] = a_cue("mic-nw", onset_us("mic-nw") + 350 * MS)
    cues.append(a_cue("mic-s", onset_us("mic-s") + 200 * MS))

    (sound,) = taken(some_bangs(), cues)

    assert [(stray.sensor, stray.late_s) for stray in sound.strays] == [
        ("mic-nw", pytest.approx(0.35, abs=0.03))
    ]
    assert sound.echo_count == 1
    assert "mic-nw" not in sound.sensors
    assert sound.sure > 0.9


def test_two_bangs_within_a_second_are_two_sounds_in_their_order() -> None:
    other = (-60.0, 70.0)

    first, second = taken(some_bangs(), cues_of() + cues_of(other, START + 400 * MS))

    assert math.dist(first.place, BANG) < 3.0
    assert math.dist(second.place, other) < 3.0
    assert second.emitted_us - first.emitted_us == pytest.approx(400 * MS, abs=20 * MS)
    assert first.anchor != second.anchor
    assert first.echo_count == second.echo_count == 0


def test_outside_the_sensors_there_is_a_direction() -> None:
    (sound,) = taken(some_bangs(), cues_of((0.0, 500.0)))

    assert sound.centre == pytest.approx((0.0, 0.0))
    assert sound.bearing_deg is not None
    assert min(sound.bearing_deg, 360.0 - sound.bearing_deg) < 1.0
    assert 0.1 < sound.sigma_bearing_deg < 5.0
    assert sound.axes.major_m > 10.0 * sound.axes.minor_m


def test_a_better_onset_makes_a_smaller_ellipse_and_a_worse_clock_a_larger_one() -> None:
    plain, sharp, clocked = some_bangs(), some_bangs(), some_bangs()
    for name, place in EARS.items():
        about = Voice(name).says(
            SensorAbout,
            START,
            kind=SensorKind.ACOUSTIC,
            name=name,
            pose=a_pose(*place),
            clock_sigma_us=100 * MS,
        )
        clocked.about(about)

    sigmas = [
        taken(bangs, cues)[0].axes.major_m
        for bangs, cues in (
            (plain, cues_of()),
            (sharp, cues_of(onset_sigma_us=2 * MS)),
            (clocked, cues_of()),
        )
    ]

    assert sigmas[1] < 0.5 * sigmas[0]
    assert sigmas[2] > 3.0 * sigmas[0]


def test_a_sensor_counts_where_it_says_it_stands_unless_that_cannot_be() -> None:
    moved, lost = some_bangs(), some_bangs()
    for name, (east, north) in EARS.items():
        plain = {"kind": SensorKind.ACOUSTIC, "name": name}
        moved.about(Voice(name).says(SensorAbout, START, pose=a_pose(east + 50.0, north), **plain))
        lost.about(
            Voice(name).says(SensorAbout, START, pose=Pose(lat_deg=0.0, lon_deg=0.0), **plain)
        )
    stranger = Voice("stranger").about_sensor(START)
    lost.about(stranger)

    assert math.dist(taken(moved, cues_of())[0].place, (80.0, -20.0)) < 3.0
    assert math.dist(taken(lost, cues_of())[0].place, BANG) < 3.0
    assert lost.cue(a_cue("stranger", START), START) is None


# --- The air --------------------------------------------------------------------------------


def a_reading(value: float, at_us: int = START, sender: str = "roof", **fields: Any) -> Reading:
    plain = {"channel": "air_temperature", "unit": "Cel", "value": value}
    return Voice(sender, str(at_us)).says(Reading, at_us, **{**plain, **fields})


def test_without_a_reading_it_is_a_mild_day_and_nobody_knows() -> None:
    air, celsius = some_bangs().air(START)

    assert celsius is None
    assert air.speed_mps == pytest.approx(343.2, abs=0.1)
    assert air.sigma_mps > 5.0


def test_the_latest_reading_counts_while_it_is_fresh() -> None:
    bangs = some_bangs()
    bangs.reading(a_reading(10.0, START + 10))
    bangs.reading(a_reading(-30.0, START))
    bangs.reading(a_reading(5.0, START - 5, sender="mast"))

    assert bangs.air(START)[1] == 10.0
    assert bangs.air(START)[0].sigma_mps < 2.0
    assert bangs.air(START + 10 + READING_AGE_MAX_US)[1] == 10.0
    assert bangs.air(START + 11 + READING_AGE_MAX_US)[1] is None


@pytest.mark.parametrize(
    "changes", [{"channel": "ground_temperature"}, {"unit": "K"}, {"value": 140.0}]
)
def test_other_readings_say_nothing_of_the_air(changes: dict[str, Any]) -> None:
    bangs = some_bangs()

    bangs.reading(a_reading(10.0, **changes) if "value" not in changes else a_reading(140.0))

    assert bangs.air(START)[1] is None


def test_a_thermometer_that_says_it_is_unsure_is_believed() -> None:
    bangs = some_bangs()
    bangs.reading(a_reading(10.0, sigma=8.0))

    assert bangs.air(START)[0].sigma_mps > 4.0


# --- Bounds ---------------------------------------------------------------------------------


def test_a_sensor_that_babbles_locates_nothing_until_it_is_quiet() -> None:
    bangs = some_bangs()
    for step in range(BABBLE_MAX):
        assert bangs.cue(a_cue("mic-n", START + step * MS), START) is not None

    assert bangs.cue(a_cue("mic-n", START + BABBLE_MAX * MS), START) is None
    assert bangs.cue(a_cue("mic-s", START), START) is not None
    later_us = START + BABBLE_US + BABBLE_MAX * MS
    assert bangs.cue(a_cue("mic-n", later_us), later_us) is not None


def test_many_sensors_fill_no_more_than_the_bounds() -> None:
    ears = {f"mic-{n}": (float(n), 0.0) for n in range(100)}
    bangs = some_bangs(ears)

    for at_us in (START, START + 11 * SECOND, START + 22 * SECOND):
        chains = [bangs.cue(a_cue(name, at_us), at_us) for name in ears]

        located = [chain for chain in chains if chain is not None]
        assert len(located) == STORM_MAX
        heard = [len(sound.sensors) for chain in located for sound in chain.sounds]
        assert max(heard) == CHAIN_MAX

    assert len(bangs._heard) == CUES_MAX


def test_sensors_of_two_towns_do_not_hear_one_bang() -> None:
    bangs = some_bangs({"here": (0.0, 0.0), "there": (5_000.0, 0.0)})
    bangs.cue(a_cue("here", START), START)

    chain = bangs.cue(a_cue("there", START), START)

    assert chain is not None
    assert len(chain.cues) == 1


def test_an_onset_that_is_said_to_be_exact_or_vague_is_taken_within_reason() -> None:
    for sigma_us in (0, 3_600 * SECOND):
        sounds = taken(some_bangs(), cues_of(onset_sigma_us=sigma_us))

        assert all(math.isfinite(sound.axes.major_m) for sound in sounds)


def test_any_order_of_two_bangs_gives_the_same_two() -> None:
    ears = ("mic-sw", "mic-se", "mic-ne", "mic-nw", "mic-s", "mic-n")
    cues = cues_of(names=ears) + cues_of((-60.0, 70.0), START + 500 * MS, names=ears)
    answers = {
        tuple((sound.place, sound.sensors) for sound in taken(some_bangs(), list(order)))
        for order in list(permutations(cues[:4]))[:6]
        for order in ((*order, *cues[4:]), (*cues[4:], *order))
    }

    assert len(answers) == 1
