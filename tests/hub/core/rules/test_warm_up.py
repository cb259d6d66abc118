import numpy as np
from zone_field import SQUARE, Field, seen_by

from hub.core.rules import lines, loitering, reach, watched
from hub.core.rules.loitering import LoiteringJudge
from hub.core.rules.tripwire import TripwireJudge
from hub.core.rules.warm_up import warm_up
from hub.core.rules.watched import Watched
from hub.core.site import LoiteringRule, Tripwire, TripwireRule

KERNELS = (
    lines._sift,
    loitering.go_on,
    reach._listening,
    watched._boxed,
    watched._inside,
)


def test_every_kernel_that_rules_call_is_compiled_afterwards() -> None:
    warm_up()

    for kernel in KERNELS:
        assert kernel.signatures, kernel  # type: ignore[attr-defined]


def test_nothing_is_compiled_when_tracks_come_one_after_the_other() -> None:
    warm_up()
    before = [len(kernel.signatures) for kernel in KERNELS]  # type: ignore[attr-defined]
    wire = Tripwire(id="line", name="Line", start=(0.0, 0.0), end=(0.0, 10.0))
    judge = TripwireJudge(TripwireRule(id="crossing", tripwire="line"), wire, seen_by)
    stays = LoiteringJudge(LoiteringRule(id="stays", zone="square"), SQUARE, seen_by)
    field, concerned, all_lines = Field(), reach.Concerned([judge]), lines.Lines([judge])

    for number in range(1, 5):
        field.put(number, (1.0, 5.0))
        rows = np.arange(number)
        told = concerned.of(field.tracks, rows)
        all_lines.sift(field.tracks, rows, told, field.now_us)
        assert len(Watched(SQUARE).boxed(field.tracks)) == number
        assert len(Watched(SQUARE).rows(field.tracks)) == number
        stays.look(field.tracks, field.now_us)

    assert len(all_lines.steps.key) == 4
    assert [len(kernel.signatures) for kernel in KERNELS] == before  # type: ignore[attr-defined]
