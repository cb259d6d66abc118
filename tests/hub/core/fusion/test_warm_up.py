from hub.core.fusion import bearing, duplicates, life, nearby, update
from hub.core.fusion.tracker import Tracker
from hub.core.fusion.warm_up import warm_up

KERNELS = (
    update.take,
    bearing.point,
    life.pass_time,
    nearby.file_all,
    nearby.refile,
    duplicates.duplicates,
)


def test_every_kernel_that_the_tracker_calls_is_compiled_afterwards() -> None:
    warm_up()

    for kernel in KERNELS:
        assert kernel.signatures, kernel  # type: ignore[attr-defined]


def test_it_leaves_no_track_behind() -> None:
    warm_up()

    assert len(Tracker().tracks) == 0
