import numpy as np
from track_rows import add_rows

from hub.core.fusion.lifecycle import CONFIRMED, LOST
from hub.core.fusion.tracks import Rows, Tracks
from hub.core.response.zone_clear import living, occupied, predicted, stale, velocities
from hub.core.site import Area, ZoneClear
from wire.feed import LABELS
from wire.labels import Label

SECOND = 1_000_000
NOW = 1_767_225_600 * SECOND
LINE = Area(
    id="line",
    name="Bollard line",
    purpose="gate",
    polygon=((0.0, 0.0), (10.0, 0.0), (10.0, 2.0), (0.0, 2.0)),
)


def some_tracks(*places: tuple[float, float], state: int = CONFIRMED, age_s: float = 0.0) -> Tracks:
    rows = Rows()
    if places:
        add_rows(rows, len(places))
    for row, (east_m, north_m) in enumerate(places):
        rows.columns.mean[row] = (east_m, north_m, 0.0, -1.0)
        rows.columns.covariance[row] = 0.0
        rows.columns.state[row] = state
        rows.columns.label[row] = LABELS.index(Label.PERSON)
        rows.columns.updated_us[row] = NOW - round(age_s * SECOND)
    return Tracks(rows)


def test_what_nobody_sees_now_is_stale() -> None:
    assert stale(LINE, {}, 2.0, NOW) == "no sensor has seen Bollard line"
    assert stale(LINE, {"line": NOW - 2 * SECOND}, 2.0, NOW) is None
    late = stale(LINE, {"line": NOW - 7 * SECOND}, 2.0, NOW)
    assert late == "Bollard line was last seen 7 s ago"


def test_who_is_there_occupies_it_and_who_is_lost_does_not() -> None:
    clear = ZoneClear(zone="line", labels=(Label.PERSON,))

    assert occupied(clear, LINE, some_tracks((5.0, 1.0)), NOW) == (
        "1 person within 1 m of Bollard line"
    )
    assert occupied(clear, LINE, some_tracks((5.0, 1.0), state=LOST), NOW) is None
    assert occupied(clear, LINE, some_tracks(), NOW) is None
    assert occupied(clear, LINE, some_tracks((5.0, 4.0)), NOW) is None


def test_labels_may_be_left_open() -> None:
    bags_only, anything = ZoneClear(zone="line", labels=(Label.BAG,)), ZoneClear(zone="line")
    tracks = some_tracks((5.0, 1.0), (6.0, 1.0))

    assert occupied(bags_only, LINE, tracks, NOW) is None
    assert occupied(anything, LINE, tracks, NOW) == "2 people within 1 m of Bollard line"


def test_a_track_goes_on_as_it_was_last_seen_for_a_while() -> None:
    tracks = some_tracks((5.0, 20.0), age_s=3.0)
    old = some_tracks((5.0, 20.0), age_s=60.0)
    rows = living(tracks)

    assert np.allclose(velocities(tracks, rows), [[0.0, -1.0]])
    assert np.allclose(predicted(tracks, rows, NOW), [[5.0, 17.0]])
    assert np.allclose(predicted(old, rows, NOW), [[5.0, 15.0]])
