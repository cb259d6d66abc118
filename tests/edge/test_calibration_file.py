from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import street
from hypothesis import given
from hypothesis import strategies as st

from edge.calibration_file import read_calibration
from edge.core.perspective import perspective_of
from edge.errors import CalibrationError
from wire.geodesy import SiteFrame
from wire.messages import Homography, Pinhole, Pose, Tsai

PETS = Path(__file__).parents[3] / "shared" / "data" / "pets09-s2l1"

POINTS = """[homography]
anchor = [52.0907, 5.1214]
points = [
  { image = [0.10, 0.90], ground = [-8.0, 4.0] },
  { image = [0.90, 0.90], ground = [8.0, 4.0] },
  { image = [0.70, 0.45], ground = [8.0, 30.0] },
  { image = [0.30, 0.45], ground = [-8.0, 30.0] },
]
"""


def a_file(directory: Path, text: str, name: str = "cam.toml") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def test_four_clicked_points_make_a_homography_that_fits_them(tmp_path: Path) -> None:
    calibration = read_calibration(a_file(tmp_path, POINTS))

    assert isinstance(calibration.model, Homography)
    assert calibration.residuals_m == (0.0, 0.0, 0.0, 0.0)
    matrix = np.array(calibration.model.image_to_ground).reshape(3, 3)
    east, north, scale = matrix @ (0.9, 0.9, 1.0)
    assert (east / scale, north / scale) == (pytest.approx(8.0), pytest.approx(4.0))


def test_a_point_that_was_clicked_wrongly_is_told_by_its_residual(tmp_path: Path) -> None:
    fifth = "  { image = [0.50, 0.60], ground = [4.0, 12.0] },\n]"

    calibration = read_calibration(a_file(tmp_path, POINTS.rstrip()[:-1] + fifth))

    assert max(calibration.residuals_m) > 0.5


def test_pixels_and_places_on_earth_are_as_good_as_fractions_and_metres(tmp_path: Path) -> None:
    lat_deg, lon_deg = SiteFrame(52.0907, 5.1214).to_wgs84(8.0, 4.0)
    text = POINTS.replace(
        "{ image = [0.90, 0.90], ground = [8.0, 4.0] }",
        f"{{ pixel = [576, 324], wgs84 = [{lat_deg}, {lon_deg}] }}",
    ).replace("points =", "width_px = 640\nheight_px = 360\npoints =")

    mixed = read_calibration(a_file(tmp_path, text)).model
    plain = read_calibration(a_file(tmp_path, POINTS)).model

    assert isinstance(mixed, Homography)
    assert isinstance(plain, Homography)
    assert mixed.image_to_ground == pytest.approx(plain.image_to_ground, rel=1e-6, abs=1e-6)


def test_a_pinhole_takes_its_place_from_the_camera_section(tmp_path: Path) -> None:
    calibration = read_calibration(a_file(tmp_path, street.CALIBRATION))

    assert calibration.model == street.MODEL
    assert isinstance(calibration.model, Pinhole)
    assert calibration.camera.height_m == 6.0


def test_tsai_s_xml_is_placed_by_its_anchor() -> None:
    calibration = read_calibration(PETS / "calibration-view001.xml", (52.0, 5.0, 30.0))

    assert isinstance(calibration.model, Tsai)
    assert calibration.camera.name == "View_001"
    assert (calibration.model.width_px, calibration.model.world_azimuth_deg) == (768, 30.0)
    perspective = perspective_of(calibration.model, Pose(lat_deg=52.0, lon_deg=5.0), 4 / 3)
    assert perspective is not None
    assert perspective.place[2] == pytest.approx(7.07, abs=0.01)


def test_a_tsai_may_stand_in_toml_too(tmp_path: Path) -> None:
    model = read_calibration(PETS / "calibration-view001.xml", (52.0, 5.0, 0.0)).model
    lines = [f"{name} = {getattr(model, name)!r}" for name in model.__struct_fields__]

    calibration = read_calibration(a_file(tmp_path, "[tsai]\n" + "\n".join(lines)))

    assert calibration.model == model


@pytest.mark.parametrize(
    ("wrong", "right", "line", "said"),
    [
        ("[52.0907, 5.1214]", "[152.0907, 5.1214]", 2, "<= 90"),
        ("anchor", "ancor", 1, "ancor"),
        ("{ image = [0.70, 0.45]", "{ image = [0.70, 1.45]", 6, "outside the image"),
        ("{ image = [0.70, 0.45]", '{ image = [0.70, "x"]', 6, "expected `float`"),
        ("{ image = [0.70, 0.45]", "{ pixel = [70, 45]", 6, "width_px"),
        ("{ image = [0.70, 0.45],", "{", 6, "image (fractions) and pixel"),
        (", ground = [8.0, 30.0] }", " }", 6, "ground (metres) and wgs84"),
        ("  { image = [0.90, 0.90], ground = [8.0, 4.0] },\n", "", 3, "length >= 4"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(
    tmp_path: Path, wrong: str, right: str, line: int, said: str
) -> None:
    path = a_file(tmp_path, POINTS.replace(wrong, right))

    with pytest.raises(CalibrationError) as error:
        read_calibration(path)

    assert error.value.what.startswith(f"{path}:{line}: ")
    assert said in error.value.what
    assert error.value.fix


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "[camera\n", "line 1"),
        ("a.toml", "", "one of [homography], [pinhole] and [tsai] is wanted, 0 are given"),
        ("a.toml", POINTS + street.CALIBRATION, "2 are given"),
        ("a.toml", "[pinhole]\n" + street.CALIBRATION.split("[pinhole]\n")[1], "needs lat_deg"),
        ("a.xml", "not xml", "1: this is not XML"),
        ("a.xml", "<Camera/>", "there is no <Geometry>"),
        ("a.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><Camera/>", "declarations are not read"),
        ("a.toml", "x" * 2_000_000, "too large"),
        ("a.toml", "\ud83d".encode("utf-16", "surrogatepass").decode("latin-1"), "a.toml"),
    ],
)
def test_a_file_that_is_no_calibration_says_what_was_expected(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    path = a_file(tmp_path, text, name)

    with pytest.raises(CalibrationError) as error:
        read_calibration(path, (52.0, 5.0, 0.0))

    assert said in error.value.what


def test_points_on_one_line_do_not_fix_the_ground(tmp_path: Path) -> None:
    rows = [f"{{ image = [0.{n}, 0.5], ground = [{n}.0, 1.0] }}" for n in range(1, 6)]
    text = "[homography]\nanchor = [52.0, 5.0]\npoints = [\n" + ",\n".join(rows) + "\n]\n"

    with pytest.raises(CalibrationError, match="do not fix the ground"):
        read_calibration(a_file(tmp_path, text))


def test_a_missing_file_and_an_unreadable_one_are_told(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="there is no calibration at"):
        read_calibration(tmp_path / "nothing.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CalibrationError, match="cannot be read"):
        read_calibration(tmp_path / "bytes.toml")


def test_an_xml_without_an_anchor_asks_for_one() -> None:
    with pytest.raises(CalibrationError) as error:
        read_calibration(PETS / "calibration-view001.xml")

    assert "--anchor" in error.value.fix


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('focal="5.5', 'focal="five', ":4: <Intrinsic focal> must be a number"),
        ('width="768"', 'width="7"', "width_px"),
        ('width="768"', 'width="768.5"', ":3: <Geometry width>"),
    ],
)
def test_a_wrong_number_in_xml_is_told(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    text = (PETS / "calibration-view001.xml").read_text()

    with pytest.raises(CalibrationError) as error:
        read_calibration(a_file(tmp_path, text.replace(wrong, right), "a.xml"), (52.0, 5.0, 0.0))

    assert said in error.value.what


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    directory = tmp_path_factory.mktemp("calibration")
    for name in ("a.toml", "a.xml"):
        path = directory / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with suppress(CalibrationError):
            read_calibration(path, (52.0, 5.0, 0.0))
