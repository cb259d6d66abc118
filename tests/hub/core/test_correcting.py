import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_square import (
    CAMERA,
    RADAR,
    SECOND,
    START,
    Hub,
    Voice,
    a_detection,
    a_site,
    entries,
)

from hub.core.effects import Asked
from hub.core.site import Sensor, Site
from wire.actions import AskKind, DropTrack, MergeTracks, Relabel, SplitTrack
from wire.feed import TrackView
from wire.labels import Label, Role, SensorKind
from wire.messages import Detection

Place = tuple[float, float]
RADIO = "radio-01"
HERE: Place = (40.0, 40.0)
BESIDE: Place = (42.5, 40.0)
"""Where a sensor with an error of 2.5 m sees who stands at HERE."""


class Square:
    """A hub, two sensors that see people stand, and a clock of a tenth of a second.

    Nobody knows where the sensors look, so that what one does not see proves nothing.
    """

    def __init__(self, site: Site | None = None) -> None:
        self.hub = Hub(site)
        self.voices = {CAMERA: Voice(CAMERA), RADAR: Voice(RADAR)}
        self.now_us = START

    def lives(self, seconds: float, **seen: tuple[Place, ...]) -> None:
        """Let sensors see people at places: `cam_01=(HERE,)`."""
        labelled = {
            name: tuple(a_detection(place) for place in where) for name, where in seen.items()
        }
        self.sees(seconds, **labelled)

    def sees(self, seconds: float, **seen: tuple[Detection, ...]) -> None:
        for _ in range(round(seconds * 10)):
            for name, detections in seen.items():
                voice = self.voices[name.replace("_", "-")]
                scan = voice.scan(self.now_us, detections=detections)
                self.hub.takes(scan, self.now_us)
            self.now_us += SECOND // 10
            self.hub.wakes(self.now_us)

    def asks(self, ask: AskKind, *, role: Role = Role.OPERATOR) -> str:
        return self.hub.asks(ask, self.now_us, role=role)

    @property
    def shown(self) -> list[int]:
        """The numbers of the tracks that an operator sees."""
        return sorted(self.hub.engine._picture.shown)

    def track(self, number: int) -> TrackView:
        view = self.hub.engine.track(number)
        assert view is not None
        return view


def two_views() -> tuple[Square, int, int]:
    """Return a square with one person whom two sensors see 2.5 m apart, and the two tracks."""
    square = Square()
    square.lives(2.0, cam_01=(HERE,), radar_01=(BESIDE,))
    one, other = sorted(square.shown, key=lambda number: square.track(number).at.east_m)
    return square, one, other


def one_track(place: Place = HERE) -> tuple[Square, int]:
    square = Square()
    square.lives(2.0, cam_01=(place,))
    (number,) = square.shown
    return square, number


# --- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.WALL, Role.FIELD, Role.AUDITOR, Role.ADMIN])
@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("relabel", lambda number: Relabel(track=number, label=Label.BAG)),
        ("merge tracks", lambda number: MergeTracks(track=number, other=number)),
        ("split track", lambda number: SplitTrack(track=number)),
        ("drop track", lambda number: DropTrack(track=number, reason="a reflection")),
    ],
)
def test_only_who_is_on_duty_may_correct(role: Role, what: str, asked: object) -> None:
    square, number = one_track()

    reason = square.asks(asked(number), role=role)  # type: ignore[operator]

    assert reason == f"the role {role} may not {what}; operator or supervisor may"
    assert square.shown == [number]


def test_what_is_only_claimed_by_radio_cannot_be_corrected() -> None:
    square = Square(
        a_site(
            sensors=(
                *a_site().sensors,
                Sensor(id=RADIO, kind=SensorKind.RADIO, name="Radio", position=(0.0, 0.0)),
            )
        )
    )
    square.voices[RADIO] = Voice(RADIO)
    square.sees(1.0, radio_01=(a_detection(HERE, label=Label.DRONE, object_id="drone-1"),))
    (number,) = square.shown

    assert square.asks(DropTrack(track=number, reason="nobody sees it")) == (
        f"{number} is only claimed by radio: there is no track to correct"
    )


def test_a_correction_is_in_the_journal_with_who_asked_and_what_became_of_it() -> None:
    square, number = one_track()

    square.asks(Relabel(track=number, label=Label.BAG), role=Role.SUPERVISOR)
    square.asks(SplitTrack(track=number))

    done, refused = (
        entry.record for entry in entries(square.hub.done) if isinstance(entry.record, Asked)
    )
    assert isinstance(done, Asked)
    assert isinstance(refused, Asked)
    assert (done.accepted, done.action.operator) == (True, "Ann")
    assert (refused.accepted, refused.reason) == (
        False,
        f"nothing was merged into track {number}: nothing to split",
    )


def test_of_a_track_that_is_not_there_nothing_can_be_corrected() -> None:
    square, number = one_track()

    assert square.asks(Relabel(track=77, label=Label.BAG)) == (
        "there is no track 77 now; it has ended, or never was"
    )
    assert square.asks(MergeTracks(track=number, other=77)) == (
        "there is no track 77 now; it has ended, or never was"
    )


# --- Labels ---------------------------------------------------------------------------------------


def test_a_label_that_people_gave_is_not_outvoted() -> None:
    square, number = one_track()

    assert square.asks(Relabel(track=number, label=Label.VEHICLE)) == ""
    assert square.track(number).label is Label.VEHICLE
    square.lives(5.0, cam_01=(HERE,))

    track = square.track(number)
    assert (track.label, track.label_confidence) == (Label.VEHICLE, 1.0)
    assert track.corrections == ("held as vehicle by Ann at 08:00:02 UTC",)
    assert square.shown == [number]


def test_a_label_can_be_left_to_the_sensors_again() -> None:
    square, number = one_track()
    square.asks(Relabel(track=number, label=Label.VEHICLE))

    assert square.asks(Relabel(track=number, label=Label.UNKNOWN)) == ""

    assert square.track(number).label is Label.PERSON


def test_what_is_held_so_already_is_not_held_twice() -> None:
    square, number = one_track()

    assert square.asks(Relabel(track=number, label=Label.UNKNOWN)) == (
        f"nobody holds what track {number} is: its sensors say it already"
    )
    square.asks(Relabel(track=number, label=Label.BAG))
    assert square.asks(Relabel(track=number, label=Label.BAG)) == (
        f"track {number} is held as bag already"
    )


# --- Merging --------------------------------------------------------------------------------------


def test_two_tracks_of_one_person_are_one_from_then_on() -> None:
    square, one, other = two_views()

    assert square.asks(MergeTracks(track=one, other=other)) == ""
    square.lives(10.0, cam_01=(HERE,), radar_01=(BESIDE,))

    assert square.shown == [one]
    track = square.track(one)
    assert track.merged == (other,)
    assert track.corrections == (f"merged with {other} by Ann at 08:00:02 UTC",)
    assert {source.sensor for source in track.sources} == {CAMERA, RADAR}
    assert set(track.sensors) == {CAMERA, RADAR}
    assert (track.at.east_m, track.at.north_m) == pytest.approx(HERE, abs=0.3)


def test_a_merged_track_that_only_the_other_sensor_sees_lives_on() -> None:
    square, one, other = two_views()
    square.asks(MergeTracks(track=one, other=other))

    square.lives(10.0, radar_01=(BESIDE,))

    assert square.shown == [one]
    assert square.track(one).confirmed
    assert square.track(one).at.east_m == pytest.approx(HERE[0], abs=0.5)


def test_somebody_who_walks_away_from_a_merged_track_is_seen_at_once() -> None:
    square, one, other = two_views()
    square.asks(MergeTracks(track=one, other=other))

    square.lives(2.0, cam_01=(HERE,), radar_01=((46.0, 40.0),))

    assert len(square.shown) == 2


def test_a_part_of_a_track_cannot_be_corrected_by_its_old_number() -> None:
    square, one, other = two_views()
    square.asks(MergeTracks(track=one, other=other))
    square.lives(1.0, cam_01=(HERE,), radar_01=(BESIDE,))

    assert square.asks(DropTrack(track=other, reason="gone")) == (
        f"track {other} is part of {one} now: correct or split that"
    )


def test_a_track_is_not_merged_with_itself() -> None:
    square, number = one_track()

    assert square.asks(MergeTracks(track=number, other=number)) == (
        f"{number} and {number} are the same track: choose another one"
    )


def test_two_who_are_seen_far_apart_are_not_merged() -> None:
    square = Square()
    square.lives(2.0, cam_01=(HERE, (60.0, 40.0)))
    one, other = square.shown

    assert square.asks(MergeTracks(track=one, other=other)) == (
        f"tracks {one} and {other} are 20 m apart and both are seen now: no thing is in two places"
    )


def test_who_was_out_of_sight_and_is_found_again_keeps_the_number() -> None:
    square, one = one_track()
    square.lives(0.7, radar_01=())
    square.lives(0.7, radar_01=((48.0, 40.0),))
    (other,) = set(square.shown) - {one}

    assert square.asks(MergeTracks(track=one, other=other)) == ""
    square.lives(2.0, radar_01=((48.0, 40.0),))

    assert square.shown == [one]
    assert square.track(one).at.east_m == pytest.approx(48.0, abs=0.3)


def test_who_was_out_of_sight_cannot_have_run_faster_than_a_person_runs() -> None:
    square, one = one_track()
    square.lives(0.7, radar_01=())
    square.lives(0.7, radar_01=((80.0, 40.0),))
    (other,) = set(square.shown) - {one}

    assert square.asks(MergeTracks(track=one, other=other)) == (
        f"tracks {one} and {other} are 40 m apart and that is further than it could have gone: "
        "no thing is in two places"
    )


@pytest.mark.parametrize(
    ("stain", "word"), [("simulated", "simulated"), ("exercise", "part of an exercise")]
)
def test_what_is_real_does_not_become_one_with_what_is_not(stain: str, word: str) -> None:
    square = Square()
    square.voices[RADAR] = Voice(RADAR, **{stain: True})
    square.lives(2.0, cam_01=(HERE,), radar_01=(BESIDE,))
    one, other = square.shown

    assert square.asks(MergeTracks(track=one, other=other)) == (
        f"one of tracks {one} and {other} is {word} and the other is not"
    )


def test_a_sensor_that_goes_on_seeing_two_is_told_of() -> None:
    square = Square()
    square.lives(2.0, cam_01=(HERE, BESIDE))
    one, other = square.shown
    square.asks(MergeTracks(track=one, other=other))

    square.lives(6.0, cam_01=(HERE, BESIDE))

    assert square.shown == [one]
    assert square.track(one).corrections[1:] == ("seen as two by cam-01 since 08:00:02 UTC",)


# --- Splitting ------------------------------------------------------------------------------------


def test_a_merge_is_undone_by_a_split_under_the_old_number() -> None:
    square, one, other = two_views()
    square.asks(MergeTracks(track=one, other=other))
    square.lives(3.0, cam_01=(HERE,), radar_01=(BESIDE,))

    assert square.asks(SplitTrack(track=one)) == ""
    square.lives(5.0, cam_01=(HERE,), radar_01=(BESIDE,))

    assert square.shown == [one, other]
    assert square.track(one).merged == ()
    assert square.track(one).corrections[1] == f"split from {other} by Ann at 08:00:05 UTC"
    # What the two sensors disagree by is being learnt meanwhile.
    assert square.track(other).at.east_m > square.track(one).at.east_m


# --- Dropping -------------------------------------------------------------------------------------


def test_a_dropped_track_does_not_come_back_from_the_same_sensor_for_half_a_minute() -> None:
    square, number = one_track()

    assert square.asks(DropTrack(track=number, reason="a reflection in a window")) == ""
    square.lives(29.0, cam_01=(HERE,))
    assert square.shown == []

    square.lives(4.0, cam_01=(HERE,))
    assert len(square.shown) == 1
    assert square.shown != [number]


def test_another_sensor_confirms_a_person_where_a_track_was_dropped() -> None:
    square, number = one_track()
    square.asks(DropTrack(track=number, reason="a reflection in a window"))

    square.lives(2.0, cam_01=(HERE,), radar_01=(HERE,))

    assert len(square.shown) == 1


def test_a_person_dropped_by_mistake_is_back_after_a_few_steps() -> None:
    square, number = one_track()
    square.asks(DropTrack(track=number, reason="by mistake"))

    for step in range(40):
        square.lives(0.1, cam_01=((HERE[0] + 0.12 * step, HERE[1]),))

    assert len(square.shown) == 1


def test_who_walks_over_the_place_of_a_dropped_track_is_followed_on() -> None:
    square, number = one_track()
    square.lives(1.0, cam_01=(HERE, (30.0, 40.0)))
    (walker,) = set(square.shown) - {number}
    square.asks(DropTrack(track=number, reason="a reflection"))

    for step in range(100):
        square.lives(0.1, cam_01=((30.0 + 0.15 * step, 40.0),))

    assert square.shown == [walker]


# --- It holds -------------------------------------------------------------------------------------


steps = st.lists(
    st.tuples(
        st.sampled_from([CAMERA, RADAR]),
        st.sampled_from([Label.PERSON, Label.VEHICLE, Label.BAG, Label.UNKNOWN]),
        st.floats(-0.4, 0.4),
        st.floats(-0.4, 0.4),
        st.booleans(),
    ),
    min_size=5,
    max_size=40,
)


@settings(max_examples=20, deadline=None)
@given(steps)
def test_corrections_hold_over_whatever_the_sensors_go_on_to_see(
    later: list[tuple[str, Label, float, float, bool]],
) -> None:
    square, one, other = two_views()
    square.asks(Relabel(track=one, label=Label.ANIMAL))
    square.asks(MergeTracks(track=one, other=other))

    for sensor, label, east, north, sees_both in later:
        own = HERE if sensor == CAMERA else BESIDE
        where = (HERE, BESIDE) if sees_both else (own,)
        seen = tuple(a_detection((e + east, n + north), label=label) for e, n in where)
        square.sees(0.1, **{sensor.replace("-", "_"): seen})

        assert other not in square.shown
        track = square.hub.engine.track(one)
        if track is not None:
            assert track.label is Label.ANIMAL
            assert track.merged == (other,)


@settings(max_examples=10, deadline=None)
@given(steps)
def test_the_same_corrections_at_the_same_instants_give_the_same_picture(
    later: list[tuple[str, Label, float, float, bool]],
) -> None:
    squares = []
    for _ in range(2):
        square, one, other = two_views()
        square.asks(MergeTracks(track=one, other=other))
        for sensor, label, east, north, _both in later:
            seen = (a_detection((HERE[0] + east, HERE[1] + north), label=label),)
            square.sees(0.1, **{sensor.replace("-", "_"): seen})
        square.asks(SplitTrack(track=one))
        square.asks(DropTrack(track=other, reason="nothing there"))
        square.lives(1.0, cam_01=(HERE,))
        squares.append(square)

    assert squares[0].hub.done == squares[1].hub.done
