import pytest

from edge.toml_lines import line_of

TEXT = """[camera]
name = "x"  # name = "y"

[homography]
anchor = [52.0, 5.0]
points = [
  { image = [0.1, 0.2] }, { image = [0.1, 0.2] },
  { image = [0.1, 0.3] },
]
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("", 1),
        ("camera", 1),
        ("camera.name", 2),
        ("homography", 4),
        ("homography.anchor[1]", 5),
        ("homography.points", 6),
        ("homography.points[1].image[0]", 7),
        ("homography.points[2]", 8),
        ("homography.points[9]", 6),
        ("elsewhere", 1),
    ],
)
def test_a_path_is_found_or_the_nearest_thing_above_it(where: str, line: int) -> None:
    assert line_of(TEXT, where) == line
