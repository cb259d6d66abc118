import pytest

from bench.calibration import SelfCalibrated
from bench.fusion import tracked
from bench.scenes import Options, a_scene


def test_a_scene_with_errors_is_tracked_behind_a_calibration_that_finds_them() -> None:
    options = Options(people=30, seconds=8.0, bias_m=1.5, clock_s=0.2, yaw_deg=1.0, surveyed=1)
    scene = a_scene("four", options)
    calibrated = SelfCalibrated(scene, surveyed=1)

    tracked(scene, tracker=calibrated)

    assert len(calibrated.spent_s) == len(scene.arrivals)
    for eye in scene.eyes[:3]:
        view = calibrated.calibration.view(eye.name)
        assert view is not None
        assert view.east_m == pytest.approx(eye.errors.east_m, abs=0.5)
        assert view.yaw_deg == pytest.approx(eye.errors.yaw_deg, abs=0.4)
