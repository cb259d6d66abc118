import pytest
from small_square import BUTTON, CAMERA, FRAME, SECOND, SIREN, START, Voice, a_site

from hub.core.admission import CUE_AGE_MAX_US, FUTURE_MAX_US, SCAN_AGE_MAX_US, Admission
from hub.core.devices import Device, Devices
from hub.core.picture.refusals import Refusals
from hub.core.site import Team
from wire.labels import ActuatorPosition
from wire.messages import Message, Report


class Door:
    """Admission, with the refusals that it counts."""

    def __init__(self) -> None:
        self.refusals = Refusals()
        self.devices = Devices(a_site(), FRAME)
        self.admission = Admission(self.devices, self.refusals)

    def codes(self) -> list[str]:
        return [row.code for row in self.refusals.rows()]

    def device(self, sender: str) -> Device:
        device = self.devices.find(sender)
        assert device is not None
        return device


def test_a_device_of_the_plan_is_let_in_and_a_stranger_is_named() -> None:
    door = Door()

    assert door.admission.device(Voice(CAMERA).health(START), START) is door.device(CAMERA)
    assert door.admission.device(Voice("cam-99").health(START), START) is None
    (row,) = door.refusals.rows()
    assert (row.source, row.code) == ("cam-99", "unknown_device")
    assert row.text == "the site's plan has no cam-99"


@pytest.mark.parametrize(
    ("late_us", "code"),
    [
        (0, None),
        (SCAN_AGE_MAX_US, None),
        (SCAN_AGE_MAX_US + 1, "late"),
        (-FUTURE_MAX_US, None),
        (-FUTURE_MAX_US - 1, "from_the_future"),
    ],
)
def test_a_scan_is_let_in_while_it_belongs_to_the_live_picture(
    late_us: int, code: str | None
) -> None:
    door = Door()
    scan = Voice(CAMERA).scan(START)

    device = door.admission.scan(scan, START + late_us)

    assert (device is None) == (code is not None)
    assert door.codes() == ([] if code is None else [code])


def test_a_scan_is_let_in_once() -> None:
    door = Door()
    scan = Voice(CAMERA).scan(START)

    assert door.admission.scan(scan, START) is door.device(CAMERA)
    assert door.admission.scan(scan, START) is None
    assert door.codes() == ["repeated"]


def test_a_strangers_scan_is_refused_once_and_not_for_its_clock_too() -> None:
    door = Door()

    assert door.admission.scan(Voice("cam-99").scan(START), START + 60 * SECOND) is None
    assert door.codes() == ["unknown_device"]


@pytest.mark.parametrize(
    ("late_us", "is_current", "codes"),
    [
        (CUE_AGE_MAX_US, True, []),
        (CUE_AGE_MAX_US + 1, False, ["history"]),
        (-FUTURE_MAX_US, True, []),
        (-FUTURE_MAX_US - 1, True, ["from_the_future"]),
    ],
)
def test_a_cue_alerts_for_ten_minutes_and_whatever_a_fast_clock_says(
    late_us: int, *, is_current: bool, codes: list[str]
) -> None:
    door = Door()

    assert door.admission.is_current(Voice(BUTTON).cue(START), START + late_us) == is_current
    assert door.codes() == codes


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        (Voice(CAMERA).scan(START), True),
        (Voice(CAMERA).cue(START), True),
        (Voice(CAMERA).about_sensor(START), True),
        (Voice(SIREN).about_siren(START), True),
        (Voice(SIREN).state(START, ActuatorPosition.ON), True),
        (Voice(SIREN).scan(START), False),
        (Voice(SIREN).cue(START), False),
        (Voice(SIREN).about_sensor(START), False),
        (Voice(CAMERA).about_siren(START), False),
        (Voice(CAMERA).state(START, ActuatorPosition.ON), False),
    ],
)
def test_a_sensor_speaks_as_a_sensor_and_an_actuator_as_an_actuator(
    message: Message, *, fits: bool
) -> None:
    door = Door()

    assert door.admission.fits(message, door.device(message.sender), START) == fits  # type: ignore[arg-type]
    assert door.codes() == ([] if fits else ["wrong_kind"])


def test_a_place_far_from_the_site_is_refused_with_what_to_correct() -> None:
    door = Door()
    cue = Voice(BUTTON).cue(START)

    assert door.admission.is_here(cue, (10_000.0, -10_000.0), START)
    assert not door.admission.is_here(cue, (0.0, 10_000.1), START)
    (row,) = door.refusals.rows()
    assert row.fix == "correct the latitude and longitude that the device is configured with"


def test_a_team_speaks_as_a_team_and_nothing_else_does() -> None:
    door = Door()
    door.devices = Devices(a_site(teams=(Team(id="team-alpha", name="Alpha"),)), FRAME)
    door.admission = Admission(door.devices, door.refusals)
    team, siren = Voice("team-alpha"), Voice(SIREN)
    report = team.says(Report, START, text="smoke")
    cue = team.cue(START)
    not_a_team = siren.says(Report, START, text="smoke")

    assert door.admission.fits(report, door.device("team-alpha"), START)
    assert not door.admission.fits(cue, door.device("team-alpha"), START)
    assert not door.admission.fits(not_a_team, door.device(SIREN), START)
    (first, second) = door.refusals.rows()
    assert {first.text, second.text} == {
        "the site's plan has team-alpha as a team, and it speaks as another",
        f"the site's plan has {SIREN} as an actuator, and it speaks as another",
    }
