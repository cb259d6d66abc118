import numpy as np
import pytest
from msgspec import structs

from bench import fusion
from bench.scenes import Options, a_scene


@pytest.mark.parametrize("name", ["four", "mixed"])
def test_of_one_person_alone_the_tracker_knows_what_the_oracle_knows(name: str) -> None:
    options = Options(people=1, seconds=10.0, warm_up_s=3.0, clutter_per_m2=0.0)
    scene = a_scene(name, options)

    ours = fusion.scored(scene, fusion.tracked(scene).shown)
    best = fusion.scored(scene, fusion.foretold(scene))

    assert ours.gospa_m == pytest.approx(best.gospa_m, rel=0.1)
    assert ours.idf1 == 1.0
    assert ours.switches == 0


def test_replaying_scans_that_came_in_order_changes_nothing() -> None:
    scene = a_scene("four", Options(people=20, seconds=6.0, warm_up_s=3.0))

    live = fusion.tracked(scene).shown[:: fusion.REPLAYED_EVERY]
    again = fusion.replayed(scene)

    assert [look.at_s for look in again] == [look.at_s for look in live]
    for before, after in zip(live, again, strict=True):
        assert after.places == pytest.approx(before.places, abs=0.05)


def test_of_several_runs_each_scan_counts_as_the_fastest_took_it() -> None:
    scene = a_scene("four", Options(people=2, seconds=6.0))
    one = structs.replace(
        fusion.tracked(scene), scan_s=np.array([3.0, 1.0]), wake_s=np.array([0.5])
    )
    other = structs.replace(one, scan_s=np.array([2.0, 4.0]), wake_s=np.array([0.7]))
    runs = iter((one, other))

    least = fusion.fastest(lambda: next(runs), 2)

    assert least.scan_s.tolist() == [2.0, 1.0]
    assert least.spent_s == 3.5
    assert least.shown == one.shown


def test_a_table_has_a_line_for_each_tracker(capsys: pytest.CaptureFixture[str]) -> None:
    fusion.report("four", Options(people=5, seconds=6.0, late_share=0.5))

    said = capsys.readouterr().out
    for word in ("oracle", "vedette, none late", "replay", "detections/s of processor time"):
        assert word in said
