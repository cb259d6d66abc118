import numpy as np

from simulators.core.envelope import Lane, Voice
from wire.codec import decode
from wire.labels import CueKind, HealthState
from wire.messages import Committed, Cue, Health
from wire.topics import sensor_cue, sensor_health

NOW_US = 1_790_000_000_000_000
CUE, HEALTH = sensor_cue("yard", "aco-01"), sensor_health("yard", "aco-01")


def a_voice() -> Voice:
    return Voice("aco-01", NOW_US, np.random.default_rng(1))


def a_cue(voice: Voice) -> Cue:
    return Cue(**voice.reliable(NOW_US, NOW_US), kind=CueKind.IMPULSE_SOUND, confidence=0.9)


def test_each_topic_counts_its_own_messages_from_one() -> None:
    voice = a_voice()

    first = [voice.envelope(HEALTH, NOW_US, NOW_US)["seq"] for _ in range(3)]
    other = voice.envelope("another", NOW_US, NOW_US)["seq"]

    assert first == [1, 2, 3]
    assert other == 1


def test_every_message_says_that_it_is_simulated() -> None:
    voice = a_voice()
    health = Health(**voice.envelope(HEALTH, NOW_US, NOW_US), state=HealthState.OK)

    send = voice.say(HEALTH, health, lane=Lane.ALARM, qos=1, retain=True)

    assert decode(HEALTH, send.payload).simulated


def test_cues_are_sent_again_until_they_are_committed() -> None:
    voice = a_voice()
    voice.keep(CUE, a_cue(voice))
    voice.keep(CUE, a_cue(voice))
    sent = voice.due(NOW_US)
    again = voice.due(NOW_US + 6_000_000)

    boot = a_cue(voice).boot
    voice.committed(
        Committed(
            id=a_cue(voice).id,
            sender="hub",
            boot=boot,
            seq=1,
            observed_us=NOW_US,
            sent_us=NOW_US,
            of_boot=boot,
            committed_seq=2,
        ),
        NOW_US,
    )

    assert [decode(CUE, one.payload).seq for one in sent] == [1, 2]
    assert [one.payload for one in again] == [one.payload for one in sent]
    assert voice.due(NOW_US + 60_000_000) == []


def test_a_message_never_leaves_before_it_was_observed() -> None:
    envelope = a_voice().envelope(HEALTH, NOW_US + 5, NOW_US)

    assert envelope["sent_us"] >= envelope["observed_us"]
