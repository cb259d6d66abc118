from hub.core.alerts.alert import AlertRecord
from hub.core.alerts.chattering import (
    CHATTER_US,
    FLEETING_US,
    KEYS_MAX,
    STALE_US,
    Recent,
    is_chatter,
    is_fleeting,
    quiet_us,
    stale_us,
    with_raising,
)
from wire.labels import AlertState, Priority

SECOND = 1_000_000
START = 1_767_225_600 * SECOND


def an_alert(**changes: object) -> AlertRecord:
    plain = {
        "id": "01KDVXT000000000000000000A",
        "number": 17,
        "key": "backstage",
        "rule": "backstage",
        "rule_kind": "intrusion",
        "priority": Priority.HIGH,
        "state": AlertState.UNACKNOWLEDGED,
        "active": True,
        "summary": "Person in Stage back area",
        "raised_us": START,
        "begun_us": START,
        "changed_us": START,
        "raisings_us": (START,),
        "cause": "01KDVXT000000000000000000B",
    }
    return AlertRecord(**{**plain, **changes})  # type: ignore[arg-type]


def test_three_within_a_minute_chatter_and_two_do_not() -> None:
    assert is_chatter((START, START + SECOND, START + CHATTER_US))
    assert not is_chatter((START, START + SECOND))
    assert not is_chatter((START, START + SECOND, START + CHATTER_US + 1))


def test_only_the_latest_three_raisings_are_known() -> None:
    assert with_raising((1, 2, 3), 4) == (2, 3, 4)
    assert with_raising((), 4) == (4,)


def test_a_chattering_alert_is_quiet_a_minute_after_its_latest_raising() -> None:
    assert quiet_us(an_alert(chattering=True)) == START + CHATTER_US
    assert quiet_us(an_alert()) is None


def test_an_alert_is_stale_a_day_after_its_raising_and_only_once() -> None:
    assert stale_us(an_alert()) == START + STALE_US
    assert stale_us(an_alert(stale=True)) is None


def test_what_ends_before_anybody_could_act_is_fleeting() -> None:
    short = an_alert(active=False, cleared_us=START + FLEETING_US - 1)

    assert is_fleeting(short)
    assert not is_fleeting(an_alert())
    assert not is_fleeting(an_alert(active=False, cleared_us=START + FLEETING_US))


def test_an_alert_that_somebody_had_or_that_is_back_is_not_fleeting() -> None:
    cleared_us = START + 5 * SECOND

    assert not is_fleeting(
        an_alert(active=False, cleared_us=cleared_us, acknowledged_us=START + SECOND)
    )
    assert is_fleeting(an_alert(active=False, cleared_us=cleared_us, acknowledged_us=cleared_us))
    assert not is_fleeting(an_alert(active=True, cleared_us=cleared_us))
    assert not is_fleeting(
        an_alert(active=False, cleared_us=cleared_us, begun_us=cleared_us + SECOND)
    )


def test_the_next_alert_of_a_key_knows_the_raisings_of_the_last_minute_once() -> None:
    recent = Recent()
    recent.closed(an_alert(raisings_us=(START, START + 30 * SECOND)))

    assert recent.take("other", START) == ()
    assert recent.take("backstage", START + 70 * SECOND) == (START + 30 * SECOND,)
    assert recent.take("backstage", START + 70 * SECOND) == ()


def test_the_oldest_keys_are_forgotten() -> None:
    recent = Recent()
    for number in range(KEYS_MAX + 1):
        recent.closed(an_alert(key=str(number)))

    assert recent.take("0", START) == ()
    assert recent.take("1", START) == (START,)
