import msgspec

from hub.core.alerts.alert import AlertRecord
from wire.feed import EvidenceLine
from wire.labels import AlertState, Priority


def test_an_alert_comes_back_from_the_journal_as_it_went_in() -> None:
    record = AlertRecord(
        id="01KDVXT000000000000000000A",
        number=17,
        key="backstage",
        rule="backstage",
        rule_kind="intrusion",
        priority=Priority.HIGH,
        state=AlertState.SHELVED,
        active=True,
        summary="Person in Stage back area",
        place=(1.5, 2.5),
        raised_us=1_767_225_600_000_000,
        begun_us=1_767_225_600_000_000,
        changed_us=1_767_225_600_000_000,
        shelved_by="Ann",
        sensors=("cam-1",),
        tracks=(4, 5),
        evidence=(EvidenceLine(name="Speed", value="1 m/s"),),
        cause="01KDVXT000000000000000000B",
    )

    again = msgspec.json.decode(msgspec.json.encode(record), type=AlertRecord)

    assert again == record
