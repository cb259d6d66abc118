from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.core.view_health import BLIND, CUES, TEXTS, Look, View, ViewHealth

STEP_US = 200_000
USUAL = Look(brightness=0.5, contrast=0.2, sharpness=0.1, likeness=0.95)
LOOKS = {
    View.GOOD: USUAL,
    View.DARK: replace(USUAL, brightness=0.02, contrast=0.01),
    View.COVERED: replace(USUAL, contrast=0.03, sharpness=0.02, likeness=0.0),
    View.DEFOCUSED: replace(USUAL, sharpness=0.02),
    View.MOVED: replace(USUAL, likeness=0.1),
}


def a_view_health() -> ViewHealth:
    """One that has seen ten seconds of the usual."""
    health = ViewHealth()
    feed(health, [USUAL] * 50, 0)
    return health


def feed(health: ViewHealth, looks: Iterable[Look], begin_us: int) -> list[tuple[View, int]]:
    """Return the changes and after how many steps each came."""
    changes = []
    for n, look in enumerate(looks):
        changed = health.step(look, begin_us + n * STEP_US)
        if changed is not None:
            changes.append((changed, n))
    return changes


@pytest.mark.parametrize("view", [view for view in View if view is not View.GOOD])
def test_a_bad_view_is_told_after_two_seconds_and_its_end_too(view: View) -> None:
    health = a_view_health()

    begun = feed(health, [LOOKS[view]] * 30, 50 * STEP_US)
    ended = feed(health, [USUAL] * 30, 80 * STEP_US)

    assert begun == [(view, 10)]
    assert ended == [(View.GOOD, 10)]


def test_a_bus_that_passes_close_by_is_not_told() -> None:
    health = a_view_health()

    assert feed(health, [LOOKS[View.COVERED]] * 8 + [USUAL] * 20, 50 * STEP_US) == []


def test_a_view_that_flickers_between_good_and_bad_is_not_told() -> None:
    health = a_view_health()

    assert feed(health, [LOOKS[View.MOVED], USUAL] * 50, 50 * STEP_US) == []


def test_dusk_becomes_usual() -> None:
    health = a_view_health()
    fading = [
        replace(USUAL, brightness=0.5 - 0.4 * n / 9000, contrast=0.2 - 0.15 * n / 9000)
        for n in range(9000)
    ]

    assert feed(health, fading, 50 * STEP_US) == []


def test_a_covered_camera_does_not_learn_its_cover() -> None:
    health = a_view_health()
    feed(health, [LOOKS[View.COVERED]] * 20_000, 50 * STEP_US)

    assert health.view is View.COVERED
    assert not health.learns


def test_every_view_has_its_cue_and_every_bad_one_its_words() -> None:
    assert set(CUES) == set(View)
    assert set(TEXTS) == set(View) - {View.GOOD}
    assert View.DEFOCUSED not in BLIND


@given(st.lists(st.sampled_from(list(View)), max_size=200))
def test_a_change_is_told_only_after_it_lasted(views: list[View]) -> None:
    health = a_view_health()
    changes = feed(health, [LOOKS[view] for view in views], 50 * STEP_US)

    for view, n in changes:
        assert all(LOOKS[view] == LOOKS[earlier] for earlier in views[n - 9 : n + 1])
