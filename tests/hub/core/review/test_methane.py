from msgspec.structs import replace
from past_alerts import HOUR, START, identity
from shift_pages import (
    a_picture,
    a_place,
    a_run_view,
    a_task_view,
    an_alert_view,
    people_at,
)

from hub.core.review.methane import NOT_KNOWN, Happening, methane
from hub.core.review.wall_clock import WallClock
from wire.feed import Snapshot
from wire.geodesy import SiteFrame
from wire.labels import Priority, TaskState
from wire.review import MethaneView

NOW = START + HOUR


def a_report(picture: Snapshot | None = None, **changes: object) -> MethaneView:
    alerts = (an_alert_view(2, priority=Priority.LOW, active=False), an_alert_view(1))
    plain = {
        "id": identity(900),
        "title": "I-4: Person 1 in Stage",
        "alerts": alerts,
        "zones": ("Stage",),
        "at": a_place(5.0, 5.0),
        "radius_m": 12.0,
    }
    happening = Happening(**{**plain, **changes})  # type: ignore[arg-type]
    return methane(happening, picture or a_picture(), SiteFrame(52.0, 5.0), WallClock(), NOW)


def test_a_report_is_written_as_far_as_the_hub_knows() -> None:
    report = a_report(reports=("medics on A-1: one person hurt",))

    assert report.text.splitlines() == [
        "M/ETHANE I-4: Person 1 in Stage, 2026-01-01 01:00",
        "M  Major incident: not declared by the hub; a person decides. Posture of the site: raised",
        (
            "E  Exact location: Small Square; Stage; 52.000045, 5.000073 (WGS84);"
            " site grid +5 m east, +5 m north; in Stage;"
            " 25 m from Church, which is to the north;"
            " 35 m from Harbour Road, which is to the east; within 12 m"
        ),
        "T  Type: Person 1 in Stage, since 00:00, now; Person 2 in Stage, since 00:00, over",
        "H  Hazards: somebody where nobody may be: intent not known (A-1: Person 1 in Stage)",
        "A  Access: North gate closed, 20 m north; road: Harbour Road, 35 m east",
        (
            "N  Number of casualties: number, type and severity: unknown, nobody has reported any"
            " to the hub; about 42 people (± 3) in Stage, up to 3.2 on a square metre;"
            " report: medics on A-1: one person hurt; 2 people seen within 30 m"
        ),
        "E  Emergency services present: Medics (first-aid): on scene",
        "   Emergency services required: Intruder: Call the police: due",
    ]


def test_what_the_hub_does_not_know_it_says() -> None:
    bare = a_picture(
        tasks=(), runs=(), actuators=(), postures=(), crowd=None, teams=(), tracks=people_at()
    )

    report = a_report(bare, alerts=(an_alert_view(1, rule_kind="silence"),), at=None, radius_m=0.0)

    assert report.major_incident.endswith("Posture of the site: normal")
    assert report.hazards == (NOT_KNOWN,)
    assert report.services_required == (NOT_KNOWN,)
    assert report.services_present == ()
    assert not report.location.exact
    assert "the place itself is not known" in report.text
    assert "Emergency services present: none of ours" in report.text
    assert report.persons_near == 0


def test_an_alert_in_another_zone_says_where_it_is() -> None:
    (told,) = a_report(alerts=(an_alert_view(1, zone="Gate"),)).type

    assert told == "Person 1 in Stage in Gate, since 00:00, now"


def test_only_the_teams_of_this_happening_are_there_or_wanted() -> None:
    picture = a_picture(
        tasks=(
            a_task_view(1, state=TaskState.ACCEPTED, team="fire"),
            a_task_view(2, alert=identity(50)),
            a_task_view(3, state=TaskState.WAITING, team=None, text="Bring\nwater"),
            a_task_view(4, state=TaskState.SENT),
            a_task_view(5, state=TaskState.WAITING, alert=None, team=None),
        ),
        runs=(a_run_view(alert=None), a_run_view()),
    )

    report = a_report(picture)

    assert report.services_present == ("fire: on the way",)
    assert report.services_required == (
        "a team for: Bring water",
        "Intruder: Call the police: due",
    )


def test_a_wide_happening_counts_people_as_far_as_it_reaches() -> None:
    report = a_report(radius_m=130.0)

    assert (report.persons_near, report.persons_within_m) == (3, 130.0)


def test_a_drill_begins_with_that_word() -> None:
    report = a_report(simulated=True, exercise=True)

    assert report.text.startswith("SIMULATED. EXERCISE. M/ETHANE")
    assert (report.simulated, report.exercise) == (True, True)


def test_without_any_way_in_that_is_said() -> None:
    site = a_picture().site
    report = a_report(a_picture(actuators=(), site=replace(site, ground=())))

    assert f"A  Access: {NOT_KNOWN}" in report.text
