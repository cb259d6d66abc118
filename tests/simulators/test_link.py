import pytest

from simulators.core.envelope import Lane, Send
from simulators.errors import BrokerAddressError
from simulators.link import BrokerAddress, Link, LinkState


def test_an_address_names_host_and_port() -> None:
    assert BrokerAddress.parse("mqtt://broker.example:1884") == BrokerAddress(
        host="broker.example", port=1884
    )
    assert str(BrokerAddress.parse("mqtt://broker.example")) == "broker.example:1883"


def test_a_secure_address_has_its_own_port() -> None:
    assert BrokerAddress.parse("mqtts://broker.example") == BrokerAddress(
        host="broker.example", port=8883, is_secure=True
    )


@pytest.mark.parametrize(
    "url", ["127.0.0.1:1883", "http://broker", "mqtt://", "mqtt://broker:99999", "mqtt://[x"]
)
def test_an_address_that_is_none_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(BrokerAddressError) as caught:
        BrokerAddress.parse(url)

    assert "mqtt://127.0.0.1:1883" in caught.value.fix


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(BrokerAddressError) as caught:
        BrokerAddress.parse("mqtt://me:secret@broker")

    assert "secret" not in caught.value.what + caught.value.fix
    assert "--credentials" in caught.value.fix


def test_before_it_connects_a_link_does_nothing() -> None:
    link = Link("cam-01", "cam-01", None, lambda _topic, _payload: None)
    send = Send(device="cam-01", lane=Lane.SCAN, topic="t", payload=b"", qos=0)

    link.read()
    link.write()
    link.tick(0.0)
    link.drop()

    assert link.publish(send) is None
    assert link.socket() is None
    assert not link.wants_write
    assert link.state is LinkState.DOWN
