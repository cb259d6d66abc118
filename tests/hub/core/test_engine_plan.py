"""An edited plan, put into force while the engine runs: what it leaves alone goes on."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from small_square import (
    BOLLARD,
    BUTTON,
    CAMERA,
    HUB_BOOT,
    INSIDE,
    MINUTE,
    OUTSIDE,
    SECOND,
    SIREN,
    SITE,
    START,
    Hub,
    Voice,
    a_hub_with_actuators,
    a_site,
    deltas,
    entries,
)

from hub.adapters.recorder import Recorder
from hub.adapters.recording import PLAN_EDITED, RESTORE, WAKE, Beginning
from hub.adapters.replayer import read, replay
from hub.adapters.runner import read_input
from hub.adapters.site_file import load_site
from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.dossier import DossierRecord
from hub.core.effects import Durability, Journal, PlanRecord
from hub.core.engine import Engine
from hub.core.inputs import PlanEdited
from hub.core.plan_hash import plan_hash
from hub.core.site import Area, CompoundRule, CueRule, IntrusionRule, Sensor, Site
from wire import codec, topics
from wire.actions import Acknowledge, SetPosture
from wire.labels import AlertState, CommandState, CueKind, Posture, Priority, Role, SensorKind
from wire.messages import Reading

A_BOTH = CompoundRule(id="both", of=("backstage", "panic"))
SCANS = topics.sensor_scan(SITE, CAMERA)
SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
BACKSTAGE = IntrusionRule(id="backstage", zone="stage")
PANIC = CueRule(id="panic", cues=(CueKind.BUTTON_PRESSED,), priority=Priority.CRITICAL)
LAWN = Area(
    id="lawn",
    name="Lawn",
    purpose="sterile",
    polygon=tuple((x + 35.0, y + 35.0) for x, y in SQUARE),
)
"""Around the place `OUTSIDE`, where the small square has no zone."""


def a_plan(*rules: IntrusionRule | CueRule | CompoundRule, **changes: object) -> Site:
    return a_site(**{"rules": rules, "playbooks": (), **changes})


def an_edit(site: Site, version: str = "2") -> PlanEdited:
    return PlanEdited(site=site, version=version, by="Ann", reason="the event begins")


def with_lawn(*rules: IntrusionRule | CueRule) -> Site:
    return a_plan(*rules, zones=(*a_site().zones, LAWN))


def raised(hub: Hub) -> list[tuple[str, AlertState]]:
    return [(alert.rule, alert.state) for alert in hub.alerts]


# --- What an edit leaves alone ------------------------------------------------------------------


def test_a_rule_that_an_edit_leaves_alone_keeps_its_alert_and_does_not_raise_it_again() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE, PANIC)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)
    (before,) = hub.alerts

    hub.takes(an_edit(a_plan(BACKSTAGE)), now_us)
    hub.sees(camera, INSIDE, from_us=now_us, seconds=3)

    (after,) = hub.alerts
    assert (after.id, after.number, after.repeats) == (before.id, before.number, 0)
    assert after.active


def test_a_rule_that_an_edit_leaves_alone_keeps_what_it_was_counting() -> None:
    rule = replace(BACKSTAGE, stay_min_s=4.0)
    hub, camera = Hub(a_plan(rule)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=3)

    hub.takes(an_edit(a_plan(rule, PANIC)), now_us)
    hub.sees(camera, INSIDE, from_us=now_us, seconds=2)

    (alert,) = hub.alerts
    assert alert.raised_us < now_us + 2 * SECOND, "three seconds were counted before the edit"


def test_an_acknowledged_alert_stays_acknowledged() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)
    hub.asks(Acknowledge(alert=hub.alerts[0].id), now_us)

    hub.takes(an_edit(a_plan(BACKSTAGE, PANIC)), now_us)
    hub.sees(camera, INSIDE, from_us=now_us, seconds=1)

    assert raised(hub) == [("backstage", AlertState.ACKNOWLEDGED)]


def test_a_command_that_is_under_way_when_the_plan_is_edited_is_not_given_twice() -> None:
    hub = a_hub_with_actuators()
    now_us = hub.sees(Voice(CAMERA), INSIDE, from_us=START + SECOND, seconds=2)
    before = hub.commands[SIREN]

    hub.takes(an_edit(a_site(operators=3)), now_us)
    hub.lives(now_us + 2 * SECOND)

    after = hub.commands[SIREN]
    assert before.state is CommandState.SENT
    assert after.id == before.id
    assert set(hub.commands) <= {SIREN, BOLLARD}


def test_tracks_go_on_under_their_numbers() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, OUTSIDE, from_us=START, seconds=2)
    before = hub.engine.snapshot(Role.OPERATOR).tracks.number[:4]

    hub.takes(an_edit(with_lawn(BACKSTAGE)), now_us)
    hub.sees(camera, OUTSIDE, from_us=now_us, seconds=1)

    assert hub.engine.snapshot(Role.OPERATOR).tracks.number[:4] == before


def test_who_was_counted_in_a_zone_stays_counted_unless_the_zones_change() -> None:
    counter = Sensor(
        id="counter-01",
        kind=SensorKind.COUNTER,
        name="Counter",
        position=(0.0, 0.0),
        counts_zone="stage",
    )
    sensors = (*a_site().sensors, counter)
    hub, voice = Hub(a_plan(BACKSTAGE, sensors=sensors)), Voice("counter-01")
    reading = voice.says(Reading, START, channel="persons", unit="1", value=12.0)
    hub.takes(reading, START)
    hub.lives(START + 2 * SECOND)

    def counted(site: Site, version: str, at_us: int) -> float:
        hub.takes(an_edit(site, version), at_us)
        hub.lives(at_us + 2 * SECOND)
        crowd = hub.engine.snapshot(Role.OPERATOR).crowd
        assert crowd is not None
        return next(zone.persons for zone in crowd.zones if zone.id == "stage")

    rules_only = counted(a_plan(BACKSTAGE, PANIC, sensors=sensors), "2", START + 3 * SECOND)
    stage, gate = a_site().zones
    other = a_plan(BACKSTAGE, sensors=sensors, zones=(stage, gate, LAWN))
    zones_too = counted(other, "3", START + 6 * SECOND)

    assert rules_only == pytest.approx(12.0, abs=1.0)
    assert zones_too == pytest.approx(0.0, abs=1.0)


# --- What an edit takes away --------------------------------------------------------------------


def test_the_alert_of_a_rule_that_is_taken_away_clears_and_still_asks_for_a_person() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE, PANIC)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)

    hub.takes(an_edit(a_plan(PANIC)), now_us)
    hub.sees(camera, INSIDE, from_us=now_us, seconds=3)

    assert raised(hub) == [("backstage", AlertState.CLEARED_UNACKNOWLEDGED)]
    assert not hub.alerts[0].active


def test_a_rule_that_is_switched_off_is_as_good_as_taken_away() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)

    hub.takes(an_edit(a_plan(replace(BACKSTAGE, enabled=False))), now_us)
    hub.sees(camera, INSIDE, from_us=now_us, seconds=2)

    assert raised(hub) == [("backstage", AlertState.CLEARED_UNACKNOWLEDGED)]


def test_an_acknowledged_alert_of_a_rule_that_is_taken_away_closes() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)
    hub.asks(Acknowledge(alert=hub.alerts[0].id), now_us)

    hub.takes(an_edit(a_plan(PANIC)), now_us)

    assert hub.alerts == []


# --- What an edit brings ------------------------------------------------------------------------


def test_a_new_rule_judges_who_stands_there_already() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, OUTSIDE, from_us=START, seconds=2)
    assert hub.alerts == []

    hub.takes(an_edit(with_lawn(BACKSTAGE, IntrusionRule(id="lawn-entered", zone="lawn"))), now_us)
    hub.sees(camera, OUTSIDE, from_us=now_us, seconds=1)

    (alert,) = hub.alerts
    assert alert.rule == "lawn-entered"
    assert alert.raised_us <= now_us + SECOND // 2


def test_an_alert_says_under_which_plan_it_was_raised_and_so_does_its_evidence() -> None:
    edited = with_lawn(BACKSTAGE, IntrusionRule(id="lawn-entered", zone="lawn"))
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, OUTSIDE, from_us=START, seconds=2)

    hub.takes(an_edit(edited), now_us)
    hub.sees(camera, OUTSIDE, from_us=now_us, seconds=1)

    (dossier,) = [one.record for one in entries(hub.done) if isinstance(one.record, DossierRecord)]
    assert hub.alerts[0].plan == plan_hash(edited)
    assert dossier.dossier.plan == plan_hash(edited)


def test_a_rule_whose_settings_change_judges_anew_by_them() -> None:
    hub, button = Hub(a_plan(replace(PANIC, confidence_min=0.9))), Voice(BUTTON)
    hub.takes(button.cue(START, confidence=0.7), START)
    assert hub.alerts == []

    hub.takes(an_edit(a_plan(replace(PANIC, confidence_min=0.5))), START + SECOND)
    hub.takes(button.cue(START + 2 * SECOND, confidence=0.7), START + 2 * SECOND)

    assert raised(hub) == [("panic", AlertState.UNACKNOWLEDGED)]


def test_a_zone_that_moves_takes_its_rule_with_it() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, OUTSIDE, from_us=START, seconds=2)
    (before,) = hub.alerts
    stage, gate = a_site().zones
    moved = replace(stage, polygon=LAWN.polygon)

    hub.takes(an_edit(a_plan(BACKSTAGE, zones=(moved, gate))), now_us)
    (cleared,) = hub.alerts
    hub.sees(camera, INSIDE, OUTSIDE, from_us=now_us, seconds=2)

    (after,) = hub.alerts
    assert cleared.state is AlertState.CLEARED_UNACKNOWLEDGED
    assert (after.active, after.repeats) == (True, 1)
    assert not set(after.tracks) & set(before.tracks)


def test_an_alert_that_an_edit_raises_at_once_says_the_new_plan_too() -> None:
    edited = a_plan(BACKSTAGE, PANIC, A_BOTH)
    hub, camera = Hub(a_plan(BACKSTAGE, PANIC)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)
    hub.takes(Voice(BUTTON).cue(now_us), now_us)

    hub.takes(an_edit(edited), now_us)

    assert {alert.rule: alert.plan for alert in hub.alerts} == {
        "backstage": plan_hash(a_plan(BACKSTAGE, PANIC)),
        "panic": plan_hash(a_plan(BACKSTAGE, PANIC)),
        "both": plan_hash(edited),
    }


def test_every_screen_is_told_of_the_new_plan_and_the_journal_keeps_who_and_why() -> None:
    hub = Hub(a_plan(BACKSTAGE))

    effects = hub.takes(an_edit(with_lawn(BACKSTAGE), "7"), START + SECOND)
    effects += hub.lives(START + 2 * SECOND)

    (site,) = [delta.site for delta in deltas(effects) if delta.site is not None]
    (kept,) = [one for one in entries(effects) if isinstance(one.record, PlanRecord)]
    assert [zone.id for zone in site.zones] == ["stage", "gate", "lawn"]
    assert site.plan == hub.engine.snapshot(Role.OPERATOR).site.plan == "7"
    assert (kept.key, kept.durability) == ("plan/7", Durability.HISTORY)
    assert kept.record == PlanRecord(version="7", by="Ann", reason="the event begins")


# --- Postures -----------------------------------------------------------------------------------


def declared(zone: str | None) -> SetPosture:
    return SetPosture(zone=zone, posture=Posture.RAISED, reason="a threat")


def test_a_new_rule_is_judged_by_the_posture_that_holds() -> None:
    lenient = replace(BACKSTAGE, stay_min_s=60.0, by_posture={Posture.RAISED: {"stay_min_s": 0.0}})
    hub, camera = Hub(a_plan(PANIC)), Voice(CAMERA)
    hub.asks(declared(None), START)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)

    hub.takes(an_edit(a_plan(PANIC, lenient)), now_us)
    hub.sees(camera, INSIDE, from_us=now_us, seconds=1)

    assert raised(hub) == [("backstage", AlertState.UNACKNOWLEDGED)]


def test_the_posture_of_a_zone_ends_with_the_zone_and_does_not_come_back_with_it() -> None:
    lenient = replace(BACKSTAGE, stay_min_s=60.0, by_posture={Posture.RAISED: {"stay_min_s": 0.0}})
    stage, gate = a_site().zones
    hub, camera = Hub(a_plan(PANIC)), Voice(CAMERA)
    assert hub.asks(declared("stage"), START) == ""

    hub.takes(an_edit(a_plan(PANIC, zones=(gate,)), "2"), START + SECOND)
    (kept,) = [one for one in entries(hub.done) if one.key == "posture/stage" and one.at_us > START]
    hub.takes(an_edit(a_plan(PANIC, lenient, zones=(stage, gate)), "3"), START + 2 * SECOND)
    hub.sees(camera, INSIDE, from_us=START + 2 * SECOND, seconds=3)

    assert kept.durability is Durability.ENDED
    assert {view.posture for view in hub.engine.snapshot(Role.OPERATOR).postures} <= {
        Posture.NORMAL
    }
    assert hub.alerts == [], "without the posture somebody may stay for a minute"


# --- Restart and replay -------------------------------------------------------------------------


def test_a_restarted_hub_that_begins_with_the_edited_plan_goes_on_with_its_alerts() -> None:
    edited = with_lawn(BACKSTAGE, IntrusionRule(id="lawn-entered", zone="lawn"))
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, OUTSIDE, from_us=START, seconds=2)
    hub.takes(an_edit(edited), now_us)
    now_us = hub.sees(camera, OUTSIDE, from_us=now_us, seconds=2)

    again = Hub(edited, start_us=now_us)
    again.restores(hub.standing(), now_us)
    again.sees(Voice(CAMERA, "second"), OUTSIDE, from_us=now_us, seconds=3)

    assert [(one.id, one.rule) for one in again.alerts] == [
        (one.id, one.rule) for one in hub.alerts
    ]


def test_an_alert_of_a_rule_that_is_gone_at_the_restart_clears_by_itself() -> None:
    hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
    now_us = hub.sees(camera, INSIDE, from_us=START, seconds=2)

    again = Hub(a_plan(PANIC), start_us=now_us)
    again.restores(hub.standing(), now_us)
    again.lives(now_us + 5 * MINUTE)
    states = [
        entry.record.state for entry in entries(again.done) if isinstance(entry.record, AlertRecord)
    ]

    assert AlertState.CLEARED_UNACKNOWLEDGED in states


def test_the_same_edit_gives_the_same_effects_byte_for_byte() -> None:
    def life() -> bytes:
        hub, camera = Hub(a_plan(BACKSTAGE)), Voice(CAMERA)
        now_us = hub.sees(camera, INSIDE, OUTSIDE, from_us=START, seconds=2)
        hub.takes(an_edit(with_lawn(IntrusionRule(id="lawn-entered", zone="lawn"))), now_us)
        now_us = hub.sees(camera, INSIDE, OUTSIDE, from_us=now_us, seconds=2)
        hub.takes(an_edit(with_lawn(BACKSTAGE), "3"), now_us)
        hub.sees(camera, INSIDE, OUTSIDE, from_us=now_us, seconds=2)
        return msgspec.json.encode(hub.done, order="deterministic")

    assert life() == life()


def test_a_recording_with_an_edit_in_it_replays_to_the_same_effects(tmp_path: Path) -> None:
    site = a_plan(BACKSTAGE)
    edited = with_lawn(BACKSTAGE, IntrusionRule(id="lawn-entered", zone="lawn"))
    hub, camera = Hub(site), Voice(CAMERA)
    now_us = hub.sees(camera, OUTSIDE, from_us=START, seconds=2)
    hub.takes(an_edit(edited), now_us)
    hub.lives(now_us + 2 * SECOND)
    path = tmp_path / "edit.mcap"
    recorder = Recorder(
        path,
        Beginning(site=site, plan="", software="vedette test", boot=HUB_BOOT, start_us=START),
    )
    recorder.input(START, RESTORE, b"")
    camera_again = Voice(CAMERA)
    for at_us in range(START, now_us, SECOND // 10):
        recorder.input(at_us, SCANS, codec.encode(camera_again.scan(at_us, OUTSIDE)))
    recorder.input(now_us, PLAN_EDITED, msgspec.json.encode(an_edit(edited)))
    recorder.input(now_us + 2 * SECOND, WAKE, b"")
    recorder.close()

    lives = []
    for _ in range(2):
        recording = read(path)
        engine = Engine(site, boot=HUB_BOOT, start_us=START, software="vedette test")
        lives.append([effect for _, effect in replay(recording, engine, read_input)])

    assert lives[0] == lives[1]
    journals = [one.entry for one in lives[0] if isinstance(one, Journal)]
    assert journals == entries(hub.done)
    assert any(isinstance(one.record, PlanRecord) for one in journals)


def test_the_demos_whole_plan_travels_through_a_recording_unchanged() -> None:
    site = load_site(Path(__file__).parents[3] / "simulators/scenarios/market-square/site.toml")
    edit = an_edit(site)

    again = read_input(PLAN_EDITED, msgspec.json.encode(edit), site.id)

    assert again == edit
