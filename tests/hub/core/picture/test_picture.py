from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from small_square import START, a_site

from hub.core.picture.picture import CUE_KEPT_US, CUES_MAX, Picture, Views
from wire.feed import (
    CommandView,
    CoverageView,
    CrowdCell,
    CrowdView,
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


def a_cue(at_us: int = START, cue_id: str = IDS[0], **changes: Any) -> CueView:
    plain = CueView(
        id=cue_id,
        sensor="ear-01",
        kind=CueKind.IMPULSE_SOUND,
        at=EastNorth(east_m=0.0, north_m=0.0),
        sigma_m=1.0,
        observed_us=at_us,
    )
    return replace(plain, **changes)


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


def test_coverage_is_told_when_it_changes_and_kept_for_who_opens_a_dashboard() -> None:
    picture = Picture(a_site())
    south_west = EastNorth(east_m=0.0, north_m=0.0)
    view = CoverageView(at_us=START, low=south_west, cell_m=2.0, columns=1, rows=1)

    picture.coverage(view)

    delta = picture.delta(START)
    assert delta is not None
    assert delta.coverage == view
    picture.coverage(None)
    assert picture.delta(START) is None
    assert whole(picture).coverage == view
    assert whole(picture, Role.WALL).coverage is None


def test_the_crowd_is_told_when_it_changes_and_every_role_sees_it() -> None:
    picture = Picture(a_site())
    empty = CrowdView(at_us=START, cell_m=2.0)
    cell = CrowdCell(
        column=1,
        row=-2,
        density=1.5,
        sigma_density=0.1,
        east_mps=0.5,
        north_mps=0.0,
        pressure=0.01,
        lost=True,
    )
    assert whole(picture).crowd is None

    picture.crowd(empty)
    first = picture.delta(START)
    picture.crowd(replace(empty, at_us=START + 1))
    second = picture.delta(START + 1)
    full = replace(empty, at_us=START + 2, cells=(cell,))
    picture.crowd(full)
    third = picture.delta(START + 2)

    assert first is not None
    assert first.crowd == empty
    assert second is None
    assert third is not None
    assert third.crowd == full
    assert picture.delta(START + 3) is None
    for role in Role:
        assert whole(picture, role).crowd == full


def test_a_cue_is_told_once_and_kept_for_who_opens_a_dashboard_within_a_minute() -> None:
    picture = Picture(a_site())
    picture.cue(a_cue())

    delta = picture.delta(START)

    assert delta is not None
    assert delta.cues == (a_cue(),)
    assert whole(picture, at_us=START + CUE_KEPT_US).cues == (a_cue(),)
    assert whole(picture, at_us=START + CUE_KEPT_US + 1).cues == ()


def test_what_several_sensors_say_of_a_bang_takes_the_place_of_its_first_cue() -> None:
    picture = Picture(a_site())
    picture.cue(a_cue())
    picture.cue(a_cue(cue_id=IDS[1]))
    located = a_cue(sensors=("ear-01", "ear-02", "ear-03"), sigma_minor_m=0.5)

    picture.cue(located)

    delta = picture.delta(START)
    assert delta is not None
    assert delta.cues == (a_cue(cue_id=IDS[1]), located)
    assert whole(picture).cues == delta.cues


def test_a_sensor_that_never_stops_crying_fills_no_more_than_its_bound() -> None:
    picture = Picture(a_site())

    for step in range(CUES_MAX + 50):
        picture.cue(a_cue(START + step, ulid(START, step.to_bytes(10, "big"))))

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
