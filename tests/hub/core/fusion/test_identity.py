import numpy as np
from small_square import FRAME, START, Voice

from hub.core.fusion.identity import NOBODY, as_scan, identity_keys, single
from wire.labels import Label
from wire.messages import Position, TeamPosition


def test_one_tag_is_one_number_whoever_hears_it() -> None:
    keys = identity_keys(("tag-7", None, "tag-8", "tag-7"))

    assert keys[0] == keys[3] != keys[2]
    assert keys[1] == NOBODY
    assert (keys[[0, 2]] != NOBODY).all()


def test_an_identity_is_on_the_track_that_was_fed_last_and_on_no_other() -> None:
    carried, updated_us = np.array([7, 8, 7, 8, 9]), np.array([5, 5, 6, 5, 1])

    single(carried, updated_us, np.array([8, NOBODY, 7]))

    assert carried.tolist() == [0, 8, 7, 0, 9]


def test_a_team_that_says_where_it_is_is_one_person_with_the_team_as_identity() -> None:
    lat_deg, lon_deg = FRAME.to_wgs84(3.0, 4.0)
    where = Position(lat_deg=lat_deg, lon_deg=lon_deg, sigma_east_m=5.0, sigma_north_m=5.0)
    said = Voice("team-1").says(TeamPosition, START, position=where, exercise=True)

    scan = as_scan(said)

    assert as_scan(scan) is scan
    (detection,) = scan.detections
    assert (detection.label, detection.object_id) == (Label.PERSON, "team-1")
    assert detection.where == where
    assert (scan.id, scan.sender, scan.seq, scan.observed_us, scan.exercise) == (
        said.id,
        "team-1",
        1,
        START,
        True,
    )
