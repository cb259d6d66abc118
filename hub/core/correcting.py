"""What people correct of the tracks: may they, can it be, and what it is called afterwards."""

from typing import Final, assert_never

import numpy as np

from hub.core.alerts.refusal import Refusal
from hub.core.alerts.roles import refusal_of as role_refusal_of
from hub.core.fusion.fuser import Fuser
from hub.core.fusion.lifecycle import SPEED_SIGMA_MPS
from hub.core.fusion.reshaping import Pair
from hub.core.rules.wording import clock, line
from wire.actions import Correction, DropTrack, MergeTracks, OperatorAction, Relabel, SplitTrack
from wire.feed import LABELS
from wire.labels import Label
from wire.quantities import Instant

APART_MAX_M: Final = 10.0
"""Two sensors' errors about one thing add up to less than this, or neither is of use."""

# Whoever was not seen for a while has not gone faster than this many sigma of its kind's speed.
_SPEED_SIGMAS: Final = 3.0


def correct(fuser: Fuser, action: OperatorAction, now_us: Instant) -> str:
    """Do what a person corrects; return why not, or nothing."""
    refusal = role_refusal_of(action) or _corrected(fuser, action, now_us)
    return "" if refusal is None else refusal.reason


def _corrected(fuser: Fuser, action: OperatorAction, now_us: Instant) -> Refusal | None:
    ask = action.ask
    assert isinstance(ask, Correction)
    refusal = _missing(fuser, ask.track)
    if refusal is not None:
        return refusal
    by = f"by {action.operator} at {clock(now_us)}"
    match ask:
        case Relabel():
            return _relabelled(fuser, ask, by, now_us)
        case MergeTracks():
            return _merged(fuser, ask, by, now_us)
        case SplitTrack():
            return _split(fuser, ask, by, now_us)
        case DropTrack():
            fuser.editor.drop(ask.track, now_us)
            return None
        case _:  # pragma: no cover
            assert_never(ask)


def _missing(fuser: Fuser, number: int) -> Refusal | None:
    """Return why a track cannot be spoken of, if it cannot."""
    if fuser.editor.shown_row(number) is not None:
        return None
    kept = fuser.corrections.part_of(number)
    if kept is not None:
        return Refusal(reason=f"track {number} is part of {kept} now: correct or split that")
    if fuser.claims.is_alone(number):
        return Refusal(reason=f"{number} is only claimed by radio: there is no track to correct")
    return Refusal(reason=f"there is no track {number} now; it has ended, or never was")


def _relabelled(fuser: Fuser, ask: Relabel, by: str, now_us: Instant) -> Refusal | None:
    held = fuser.corrections.label_of(ask.track)
    label = None if ask.label is Label.UNKNOWN else LABELS.index(ask.label)
    if held == label:
        if held is None:
            reason = f"nobody holds what track {ask.track} is: its sensors say it already"
        else:
            reason = f"track {ask.track} is held as {ask.label} already"
        return Refusal(reason=reason)
    what = "left to the sensors what it is" if label is None else f"held as {ask.label}"
    fuser.editor.relabel(ask.track, label, line(f"{what} {by}"), now_us)
    return None


def _merged(fuser: Fuser, ask: MergeTracks, by: str, now_us: Instant) -> Refusal | None:
    if ask.track == ask.other:
        return Refusal(reason=f"{ask.track} and {ask.other} are the same track: choose another one")
    refusal = _missing(fuser, ask.other)
    if refusal is not None:
        return refusal
    pair = fuser.editor.pair(ask.track, ask.other, now_us)
    refusal = _stained(fuser, ask) or _too_far(fuser, ask, pair)
    if refusal is not None:
        return refusal
    fuser.editor.merge(ask.track, ask.other, line(f"merged with {ask.other} {by}"), now_us)
    return None


def _stained(fuser: Fuser, ask: MergeTracks) -> Refusal | None:
    """Return why what is real cannot become one with what is not."""
    tracks, pair = fuser.tracks, (ask.track, ask.other)
    rows = np.isin(tracks.number, pair)
    for flags, word in ((tracks.simulated, "simulated"), (tracks.exercise, "part of an exercise")):
        if flags[rows].any() != flags[rows].all():
            return Refusal(
                reason=f"one of tracks {ask.track} and {ask.other} is {word} and the other is not"
            )
    return None


def _too_far(fuser: Fuser, ask: MergeTracks, pair: Pair) -> Refusal | None:
    """Return why two tracks cannot be one thing, by where they are."""
    apart_m = float((pair.offset[0] ** 2 + pair.offset[1] ** 2) ** 0.5)
    row = fuser.editor.shown_row(ask.track)
    assert row is not None
    reach_m = APART_MAX_M
    if not pair.both_seen:
        speed_mps = _SPEED_SIGMAS * float(SPEED_SIGMA_MPS[fuser.tracks.label[row]])
        reach_m += speed_mps * pair.unseen_s
    if apart_m <= reach_m:
        return None
    seen = "both are seen now" if pair.both_seen else "that is further than it could have gone"
    return Refusal(
        reason=f"tracks {ask.track} and {ask.other} are {apart_m:.0f} m apart and {seen}: "
        "no thing is in two places"
    )


def _split(fuser: Fuser, ask: SplitTrack, by: str, now_us: Instant) -> Refusal | None:
    merged = fuser.corrections.merged_into(ask.track)
    if not merged:
        return Refusal(reason=f"nothing was merged into track {ask.track}: nothing to split")
    fuser.editor.split(ask.track, line(f"split from {merged[-1]} {by}"), now_us)
    return None
