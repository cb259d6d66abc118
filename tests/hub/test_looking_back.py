import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from past_alerts import HOUR, MINUTE, SECOND, START, acknowledged, an_alert, closed, identity
from patience import PATIENCE_S
from shift_pages import a_picture, an_alert_view, asked_then

from hub.adapters.store.history import History
from hub.adapters.store.journal import SqliteJournal
from hub.core.alerts.dossier import DossierRecord
from hub.core.alerts.incident import IncidentRecord, member_of
from hub.core.effects import Accepted, Durability, Entry, Record
from hub.core.site import Offset, Origin, Site
from hub.looking_back import LookingBack
from wire.actions import LogEntry
from wire.feed import Snapshot
from wire.ids import ulid
from wire.labels import Priority, Role
from wire.messages import Report
from wire.review import Dossier

NOW = START + 8 * HOUR
BOOT = ulid(START, b"boot      ")
CUE = ulid(START, b"a cue     ")


def a_site() -> Site:
    return Site(
        id="square",
        name="Small Square",
        origin=Origin(lat_deg=52.0, lon_deg=5.0),
        bounds=((-100.0, -100.0), (100.0, 100.0)),
        offsets=(Offset(from_us=0, ahead_s=3600),),
        operators=2,
    )


def an_entry(key: str, record: Record, at_us: int = START) -> Entry:
    return Entry(at_us=at_us, key=key, durability=Durability.HISTORY, record=record)


def an_accepted(topic: str, payload: bytes, seq: int = 1, at_us: int = START) -> Entry:
    record = Accepted(topic=topic, sender="medics", boot=BOOT, seq=seq, payload=payload)
    return an_entry(f"medics/{BOOT}/{seq}", record, at_us)


def a_report(seq: int, text: str, alert: str | None, at_us: int = START + MINUTE) -> Entry:
    report = Report(
        id=ulid(at_us, bytes(10)),
        sender="medics",
        boot=BOOT,
        seq=seq,
        observed_us=at_us,
        sent_us=at_us,
        text=text,
        alert=alert,
    )
    return an_accepted(
        "vedette/1/square/team/medics/report", msgspec.json.encode(report), seq, at_us
    )


def a_dossier(number: int) -> DossierRecord:
    dossier = Dossier(
        alert=identity(number),
        number=number,
        at_us=START,
        priority=Priority.HIGH,
        summary="Person in Stage",
        rule="backstage",
        rule_kind="intrusion",
        messages=(CUE,),
    )
    return DossierRecord(alert=identity(number), dossier=dossier)


def life(number: int) -> list[Entry]:
    """Return the entries of an alert that was raised, acknowledged and closed."""
    raised = an_alert(number, cause=CUE)
    taken = acknowledged(raised, START + MINUTE)
    over = closed(taken, START + HOUR)
    return [an_entry(identity(number), one, one.changed_us) for one in (raised, taken, over)]


Look = Callable[..., LookingBack]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def look_back(*entries: Entry, picture: Snapshot | None = None) -> LookingBack:
        journal = SqliteJournal(tmp_path / "journal.db", post=lambda call: call())
        if entries:
            done = threading.Event()
            journal.append(entries, done.set)
            assert done.wait(PATIENCE_S)
        journal.close()

        def snapshot(role: Role) -> Snapshot:
            assert role is Role.SUPERVISOR
            return picture or a_picture()

        return LookingBack(
            History(tmp_path / "journal.db"), snapshot=snapshot, site=a_site, now_us=lambda: NOW
        )

    return look_back


async def test_the_evidence_of_an_alert_is_its_life_its_dossiers_and_its_messages(
    look: Look,
) -> None:
    payload = msgspec.json.encode({"id": CUE})
    back = look(
        *life(1),
        an_entry(f"dossier/{identity(1)}", a_dossier(1)),
        an_entry(f"dossier/{identity(2)}", a_dossier(2)),
        an_accepted("vedette/1/square/sensor/button-01/cue", payload),
    )

    found = await back.evidence(identity(1))

    assert found is not None
    assert [one.state for one in found.steps] == ["unacknowledged", "acknowledged", "closed"]
    assert [one.alert for one in found.dossiers] == [identity(1)]
    assert [(one.id, one.payload) for one in found.messages] == [(CUE, payload.decode())]
    assert await back.evidence(identity(9)) is None


async def test_the_figures_are_of_the_hours_that_were_asked_for(look: Look) -> None:
    back = look(*life(1), *life(2))

    eight, one = await back.kpi(8.0), await back.kpi(1.0)

    assert (eight.raised, eight.closed, eight.operators) == (2, 2, 2)
    assert (eight.start_us, eight.end_us) == (START, NOW)
    assert (one.raised, one.closed) == (0, 0)


async def test_the_sheet_has_what_closed_what_was_written_and_the_figures(look: Look) -> None:
    entry = asked_then(LogEntry(text="Gate 3 sticks"), START + MINUTE)
    back = look(*life(1), *life(2), an_entry(entry.asked.action.id, entry.asked, entry.at_us))

    sheet = await back.handover(8.0, "Ann")

    assert [one.number for one in sheet.closed] == [1, 2]
    assert [one.text for one in sheet.log] == ["Gate 3 sticks"]
    assert (sheet.by, sheet.kpi.raised) == ("Ann", 2)
    assert "# Shift handover: Small Square" in back.markdown(sheet)
    assert "2026-01-01 01:01 Ann: Gate 3 sticks" in back.markdown(sheet)


async def test_an_open_alert_is_reported_as_the_picture_has_it(look: Look) -> None:
    picture = a_picture(alerts=(an_alert_view(1, sigma_m=3.0, zone=None),))
    back = look(
        a_report(1, "one person\nhurt", identity(1)),
        a_report(2, "all quiet", identity(2)),
        a_report(3, "nothing", None),
        picture=picture,
    )

    report = await back.methane_of_alert(identity(1))

    assert report is not None
    assert report.title == "A-1: Person 1 in Stage"
    assert report.casualties[-1] == "report: medics on A-1: one person hurt"
    assert "all quiet" not in report.text
    assert "2026-01-01 09:00" in report.text


async def test_a_closed_alert_is_reported_as_it_was(look: Look) -> None:
    back = look(*life(7), picture=a_picture(alerts=(), closed=()))

    report = await back.methane_of_alert(identity(7))

    assert report is not None
    assert "Person 7 in Stage" in report.type[0]
    assert await back.methane_of_alert(identity(8)) is None


async def test_an_open_incident_is_reported_with_all_its_alerts(look: Look) -> None:
    report = await look().methane_of_incident(identity(900))

    assert report is not None
    assert report.title == "I-4: Person 1 in Stage"
    assert len(report.type) == 2


async def test_a_closed_incident_is_reported_from_the_journal(look: Look) -> None:
    members = tuple(member_of(closed(an_alert(one), START), "first") for one in (7, 8))
    record = IncidentRecord(
        id=identity(901),
        number=5,
        members=members,
        opened_us=START,
        changed_us=START,
        closed_us=START + SECOND,
    )
    back = look(*life(7), an_entry(record.id, record))

    report = await back.methane_of_incident(record.id)

    assert report is not None
    assert report.title == "I-5: Person 7 in Stage"
    assert len(report.type) == 1
    assert await back.methane_of_incident(identity(902)) is None


async def test_an_incident_without_a_known_alert_has_no_reports(look: Look) -> None:
    record = IncidentRecord(
        id=identity(901), number=5, members=(), opened_us=START, changed_us=START
    )

    report = await look(an_entry(record.id, replace(record, closed_us=START))).methane_of_incident(
        record.id
    )

    assert report is not None
    assert report.type == ()
