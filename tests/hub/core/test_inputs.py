import msgspec
import pytest

from hub.core.inputs import Refused, Reliable, Vitals
from wire.catalogue import KINDS


def test_what_the_runner_measures_survives_a_recording() -> None:
    vitals = Vitals(bus_connected=True, journal_ok=False, dropped_scans=3)

    assert msgspec.json.decode(msgspec.json.encode(vitals), type=Vitals) == vitals


def test_a_misspelt_vital_sign_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError, match="dropped"):
        msgspec.json.decode(
            b'{"bus_connected": true, "journal_ok": true, "dropped": 1}', type=Vitals
        )


def test_what_is_taken_exactly_once_is_what_the_catalogue_calls_reliable() -> None:
    assert set(Reliable.__args__) == {kind.message for kind in KINDS if kind.reliable}


def test_a_refused_payload_has_no_place_in_a_sequence_unless_it_says_so() -> None:
    assert Refused(source="cam-01", code="not_json", text="-", fix="-").slot is None
