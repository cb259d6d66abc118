from typing import Any

import numpy as np
import pytest

from simulators.core.counter import Counter
from simulators.core.plan import CounterPlan
from simulators.core.scene import BAG, PERSON
from tests.simulators.core.scenes import a_scene

GATE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
INSIDE, OUTSIDE = (5.0, 5.0), (20.0, 5.0)


def a_counter(**changes: Any) -> Counter:
    return Counter(CounterPlan(id="count-01", **changes), GATE, np.random.default_rng(1))


def said(counter: Counter) -> dict[str, int]:
    return {one.channel: one.value for one in counter.report()}


def test_before_it_has_looked_it_says_nothing() -> None:
    counter = a_counter()

    assert counter.report() == ()
    assert counter.field_of_view() is None


def test_people_in_the_zone_are_counted_and_bags_are_not() -> None:
    counter = a_counter()
    persons = [(PERSON, 0.1 * number, 5.0) for number in range(1, 41)]

    counter.look(a_scene(*persons, (BAG, *INSIDE), (PERSON, *OUTSIDE)))

    counts = [said(counter)["persons"] for _ in range(200)]
    assert np.mean(counts) == pytest.approx(40.0, abs=0.5)
    (first, *_) = counter.report()
    assert first.sigma == pytest.approx(np.std(counts), rel=0.25)


def test_who_goes_in_and_out_is_counted_once() -> None:
    counter = a_counter(missed_ratio=0.0)
    counter.look(a_scene((PERSON, *INSIDE), (PERSON, *OUTSIDE), (PERSON, *OUTSIDE)))

    counter.look(a_scene((PERSON, *OUTSIDE), (PERSON, *INSIDE), (PERSON, *INSIDE)))
    first, second = said(counter), said(counter)

    assert (first["in"], first["out"]) == (2, 1)
    assert (second["in"], second["out"]) == (0, 0)


def test_some_pass_unseen() -> None:
    counter = a_counter(missed_ratio=0.2)
    crowd, nobody = a_scene(*[(PERSON, *INSIDE)] * 500), a_scene(*[(PERSON, *OUTSIDE)] * 500)

    counter.look(nobody)
    counter.look(crowd)

    assert said(counter)["in"] == pytest.approx(400, abs=40)
