from itertools import count
from pathlib import Path

import msgspec
import pytest
from recorded_square import PANIC, START, TEXT, WITH_PANIC, a_recording

from hub import trial
from hub.adapters.replayer import Recording
from hub.adapters.site_file import read_site
from hub.core.inputs import PlanEdited
from hub.core.site import Site
from hub.trial import try_plan
from wire.labels import Priority
from wire.plan import TrialView
from wire.quantities import SECOND_US


def a_site(text: str = TEXT) -> Site:
    return read_site(text, Path("plan"))


def tried(recording: Recording, draft: str, before: str = TEXT) -> TrialView:
    return try_plan(recording, a_site(before), a_site(draft))


def test_a_trial_tells_what_each_plan_raises_and_when(tmp_path: Path) -> None:
    view = tried(a_recording(tmp_path / "a.mcap"), WITH_PANIC)

    (alert,) = view.after
    assert view.before == ()
    assert (view.before_count, view.after_count) == (0, 1)
    assert (alert.rule, alert.priority, alert.count) == ("panic", Priority.HIGH, 1)
    assert alert.raised_us == START + 5 * SECOND_US
    assert alert.open_s == 5.0, "it lasts until the recording ends"
    assert (view.recording, view.seconds, view.whole) == ("a.mcap", 10.0, True)


def test_an_alert_that_clears_was_open_until_then(tmp_path: Path) -> None:
    draft = WITH_PANIC + "clear_after_s = 2.0\n"

    (alert,) = tried(a_recording(tmp_path / "a.mcap"), draft).after

    assert alert.open_s == pytest.approx(2.0, abs=0.2)


def test_an_edit_that_was_made_during_the_recording_changes_neither_plan(tmp_path: Path) -> None:
    edit = PlanEdited(site=a_site(WITH_PANIC), version="2", by="Ann", reason="the event")
    recording = a_recording(tmp_path / "a.mcap", edit=msgspec.json.encode(edit))

    view = tried(recording, TEXT)

    assert (view.before, view.after) == ((), ())


def test_the_recordings_own_plan_does_not_count(tmp_path: Path) -> None:
    recording = a_recording(tmp_path / "a.mcap", WITH_PANIC)

    view = tried(recording, TEXT, before=WITH_PANIC)

    assert ([one.rule for one in view.before], view.after) == (["panic"], ())


def test_a_trial_that_takes_too_long_compares_what_both_have_lived_through(
    tmp_path: Path,
) -> None:
    recording = a_recording(tmp_path / "a.mcap")
    ticks = count()

    view = try_plan(
        recording,
        a_site(WITH_PANIC),
        a_site(WITH_PANIC),
        patience_s=8.0,
        clock_s=lambda: float(next(ticks)),
    )

    assert not view.whole
    assert view.seconds < 5.0
    assert (view.before, view.after) == ((), ())


def test_so_many_alerts_are_shown_and_all_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SHOWN_MAX", 1)
    draft = WITH_PANIC + PANIC.replace('"panic"', '"panic-too"')

    view = tried(a_recording(tmp_path / "a.mcap"), draft)

    assert len(view.after) == 1
    assert view.after_count == 2
