import numpy as np
from wrong_sensors import BEGIN_US, a_measured_scan, residuals_of


def test_residuals_have_a_row_for_each_measurement_of_a_track() -> None:
    scan = a_measured_scan("eye", np.zeros((3, 2)), BEGIN_US)

    residuals = residuals_of(scan, np.ones((3, 2)))

    assert residuals.sensor == "eye"
    assert len(residuals.number) == len(residuals.velocity) == 3
