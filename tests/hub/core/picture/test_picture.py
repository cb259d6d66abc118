from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from small_square import START, a_site

from hub.core.picture.picture import CUE_KEPT_US, CUES_MAX, Picture, Views
from wire.feed import (
    CommandView,
    CueView,
    Delta,
    EastNorth,
    HubView,
    RefusalView,
    Snapshot,
    TrackColumns,
)
from wire.ids import ulid
from wire.labels import ActuatorAction, CommandState, CueKind, Role

IDS = tuple(ulid(START, str(number).encode().ljust(10)) for number in range(5))


def a_command(identity: str = IDS[0], state: CommandState = CommandState.SENT) -> CommandView:
    return CommandView(
        id=identity,
        actuator="siren-01",
        action=ActuatorAction.SOUND,
        state=state,
        by="Ann",
        requested_us=START,
        changed_us=START,
        expires_us=START,
    )


def a_cue(at_us: int = START) -> CueView:
    return CueView(
        id=IDS[0],
        sensor="ear-01",
        kind=CueKind.IMPULSE_SOUND,
        at=EastNorth(east_m=0.0, north_m=0.0),
        sigma_m=1.0,
        observed_us=at_us,
    )


def whole(picture: Picture, role: Role = Role.OPERATOR, at_us: int = START) -> Snapshot:
    return picture.snapshot(role, at_us, tracks=TrackColumns(), refusals=())


def test_nothing_new_is_no_frame_and_takes_no_number() -> None:
    picture = Picture(a_site())

    assert picture.delta(START) is None
    assert picture.delta(START, shown=frozenset()) is None
    assert whole(picture).number == 0


def test_a_change_is_told_once() -> None:
    picture = Picture(a_site())
    picture.commands.put(a_command())

    delta = picture.delta(START)

    assert delta == Delta(number=1, at_us=START, commands=(a_command(),))
    assert picture.delta(START) is None
    picture.commands.put(a_command())
    assert picture.delta(START) is None


def test_what_went_is_told_by_its_id_and_is_in_no_snapshot() -> None:
    picture = Picture(a_site())
    picture.commands.put(a_command())
    picture.delta(START)

    picture.commands.drop(IDS[0])
    picture.commands.drop(IDS[1])

    delta = picture.delta(START)
    assert delta is not None
    assert (delta.commands, delta.commands_gone) == ((), (IDS[0],))
    assert whole(picture).commands == ()


def test_what_went_and_came_back_within_a_frame_is_there() -> None:
    picture = Picture(a_site())
    picture.commands.put(a_command())
    picture.delta(START)

    picture.commands.drop(IDS[0])
    picture.commands.put(a_command())

    delta = picture.delta(START)
    assert delta is not None
    assert (delta.commands, delta.commands_gone) == ((a_command(),), ())


def test_what_cannot_wait_for_the_next_frame_is_urgent() -> None:
    picture = Picture(a_site())
    assert not picture.is_urgent()

    picture.hub(HubView(tracks=3))
    assert not picture.is_urgent()
    picture.cue(a_cue())

    assert picture.is_urgent()
    picture.delta(START)
    assert not picture.is_urgent()


def test_tracks_that_left_the_map_are_named_once() -> None:
    picture = Picture(a_site())
    picture.delta(START, shown=frozenset({1, 2, 3}))

    delta = picture.delta(START, shown=frozenset({2}))

    assert delta is not None
    assert delta.tracks_gone == (1, 3)
    assert picture.shown == {2}
    assert picture.delta(START) is None
    assert picture.shown == {2}


def test_tracks_refusals_and_the_hub_pass_through() -> None:
    picture = Picture(a_site())
    refusal = RefusalView(source="x", code="y", text="t", fix="f", count=1, first_us=1, last_us=1)
    picture.hub(HubView(tracks=3))

    delta = picture.delta(START, tracks=TrackColumns(number=b"1234"), refusals=(refusal,))

    assert delta is not None
    assert delta.tracks == TrackColumns(number=b"1234")
    assert (delta.refusals, delta.hub) == ((refusal,), HubView(tracks=3))
    assert whole(picture).hub == HubView(tracks=3)


def test_a_cue_is_told_once_and_kept_for_who_opens_a_dashboard_within_a_minute() -> None:
    picture = Picture(a_site())
    picture.cue(a_cue())

    delta = picture.delta(START)

    assert delta is not None
    assert delta.cues == (a_cue(),)
    assert whole(picture, at_us=START + CUE_KEPT_US).cues == (a_cue(),)
    assert whole(picture, at_us=START + CUE_KEPT_US + 1).cues == ()


def test_a_sensor_that_never_stops_crying_fills_no_more_than_its_bound() -> None:
    picture = Picture(a_site())

    for step in range(CUES_MAX + 50):
        picture.cue(a_cue(START + step))

    assert len(whole(picture).cues) == CUES_MAX


def test_a_snapshot_is_redacted_for_its_role() -> None:
    picture = Picture(a_site())
    picture.commands.put(a_command())

    assert whole(picture, Role.OPERATOR).commands == (a_command(),)
    assert whole(picture, Role.WALL).commands == ()
    assert whole(picture, Role.WALL).site.name == "Small Square"


MOVES = st.tuples(
    st.sampled_from(["put", "drop", "frame"]),
    st.sampled_from(IDS),
    st.sampled_from([CommandState.SENT, CommandState.ACCEPTED]),
)


@given(st.lists(MOVES))
def test_what_is_there_is_what_all_frames_say_together(moves: list[tuple[str, str, Any]]) -> None:
    views: Views[CommandView] = Views()
    told: dict[str, CommandView] = {}
    for move, identity, state in [*moves, ("frame", IDS[0], None)]:
        if move == "put":
            views.put(a_command(identity, state))
        elif move == "drop":
            views.drop(identity)
        else:
            news = views.has_news
            changed, gone = views.take_changed(), views.take_gone()
            assert news == bool(changed or gone)
            assert not {view.id for view in changed} & set(gone)
            told |= {view.id: view for view in changed}
            for one in gone:
                told.pop(one, None)

    assert told == {view.id: view for view in views.all()}
