"""The chain from a scan to the evidence in the journal, by the engine itself."""

from small_square import CAMERA, INSIDE, SECOND, START, Hub, Voice, entries

from hub.core.alerts.dossier import DossierRecord
from hub.core.alerts.incident import IncidentRecord
from hub.core.effects import Durability


def a_hub_with_an_intruder() -> tuple[Hub, int]:
    hub, camera = Hub(), Voice(CAMERA)
    hub.takes(camera.about_sensor(START), START)
    end_us = hub.sees(camera, INSIDE, from_us=START + SECOND, seconds=3.0)
    return hub, end_us


def test_an_alerts_evidence_and_incident_are_in_the_journal_when_it_is_raised() -> None:
    hub, _ = a_hub_with_an_intruder()

    (alert,) = hub.alerts
    kept = [one for one in entries(hub.done) if one.at_us == alert.raised_us]
    (dossier,) = [one for one in kept if isinstance(one.record, DossierRecord)]
    assert isinstance(dossier.record, DossierRecord)
    states = [one for one in kept if one.durability is Durability.STATE]
    incidents = [one.record for one in states if isinstance(one.record, IncidentRecord)]

    assert (dossier.key, dossier.durability) == (f"dossier/{alert.id}", Durability.HISTORY)
    assert dossier.record.dossier.tracks[0].number == alert.tracks[0]
    assert [one.sensor for one in dossier.record.dossier.contributions] == [CAMERA]
    assert [one.members[0].alert for one in incidents] == [alert.id]
