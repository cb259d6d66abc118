import ssl
from pathlib import Path

import pytest

from hub.adapters.bus.address import BrokerAddress, broker_address, tls_context
from hub.errors import SettingsError


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://broker", BrokerAddress(host="broker", port=1883, password="given")),
        ("mqtt://10.0.0.1:1999/", BrokerAddress(host="10.0.0.1", port=1999, password="given")),
        ("mqtts://broker", BrokerAddress(host="broker", port=8883, password="given", tls=True)),
        (
            "mqtt://me:s%40fe@[::1]:1",
            BrokerAddress(host="::1", port=1, name="me", password="s@fe"),
        ),
    ],
)
def test_an_address_is_read(url: str, address: BrokerAddress) -> None:
    assert broker_address(url, password="given") == address


@pytest.mark.parametrize(
    "url", ["", "broker:1883", "http://broker", "mqtt://", "mqtt://b:99999", "mqtt://b/topic"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="is not the address of a broker") as error:
        broker_address(url)

    assert "mqtt://HOST:PORT" in error.value.fix


def test_a_password_in_a_wrong_address_stays_off_the_screen() -> None:
    with pytest.raises(SettingsError) as error:
        broker_address("mqtt://hub:secret@broker/topic")

    assert "secret" not in error.value.what


def test_an_address_is_shown_without_its_password() -> None:
    assert str(BrokerAddress(host="broker", port=1, password="secret")) == "broker:1"


def test_a_certificate_is_asked_for_only_with_tls() -> None:
    assert tls_context(BrokerAddress(host="b", port=1)) is None
    context = tls_context(BrokerAddress(host="b", port=1, tls=True))
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_missing_authority_is_named(tmp_path: Path) -> None:
    address = BrokerAddress(host="b", port=1, tls=True, ca_file=tmp_path / "ca.pem")

    with pytest.raises(SettingsError, match=r"ca\.pem cannot be read"):
        tls_context(address)
