import numpy as np

from hub.core.rules.owner import owners_of

SECOND = 1_000_000
BORN = 1_767_225_600 * SECOND


def owners(
    *people: tuple[int, float, float, float, float], after_s: float = 0.0
) -> tuple[int, ...]:
    """Return the owners of what lies at the origin, of people by number, place and velocity."""
    return owners_of(
        np.zeros(2),
        BORN,
        np.array([one[0] for one in people], np.uint32),
        np.array([one[1:3] for one in people]).reshape(-1, 2),
        np.array([one[3:5] for one in people]).reshape(-1, 2),
        near_m=2.0,
        now_us=BORN + round(after_s * SECOND),
    )


def test_whoever_is_beside_it_brought_it_the_nearest_first() -> None:
    assert owners((3, 1.5, 0.0, 0.0, 0.0), (4, 0.5, 0.0, 0.0, 0.0), (5, 9.0, 0.0, 0.0, 0.0)) == (
        4,
        3,
    )


def test_whoever_has_walked_on_since_it_was_first_seen_brought_it() -> None:
    assert owners((3, 4.2, 0.0, 1.4, 0.0), after_s=3.0) == (3,)


def test_whoever_comes_towards_it_did_not() -> None:
    assert owners((3, 4.2, 0.0, -1.4, 0.0), after_s=3.0) == ()


def test_nobody_there_nobody_brought_it() -> None:
    assert owners() == ()


def test_of_a_crowd_four_are_named() -> None:
    crowd = [(number, 0.1 * number, 0.0, 0.0, 0.0) for number in range(1, 12)]

    assert owners(*crowd) == (1, 2, 3, 4)
