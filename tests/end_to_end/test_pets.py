"""A real camera's video through the real agent, a real broker and the engine, against the truth."""

import pytest

from bench import pets, scoring
from wire.messages import Health, Message, Scan, SensorAbout

FRAMES = 150


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return pets.published(FRAMES)


def test_the_agent_says_what_it_is_how_it_is_and_what_each_frame_shows(
    messages: list[Message],
) -> None:
    scans = [message for message in messages if isinstance(message, Scan)]

    assert [scan.seq for scan in scans] == list(range(1, FRAMES + 1))
    assert any(isinstance(message, SensorAbout) for message in messages)
    assert any(isinstance(message, Health) for message in messages)
    assert all(message.simulated for message in messages)


def test_people_of_a_real_video_are_tracked_on_the_ground(messages: list[Message]) -> None:
    # The hardest part: the agent starts into a street full of people, and the sun comes out.
    summary = scoring.summary(pets.tracked(messages))

    assert summary.idf1 >= 0.70
    assert summary.hota >= 0.45
    assert summary.switches <= 8
    assert summary.recall >= 0.80
    assert summary.gospa_m <= 2.2
