import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from patience import PATIENCE_S
from recorded_square import PANIC, START, TEXT, WITH_PANIC, a_recording

from hub import plan_desk
from hub.adapters.site_file import read_site
from hub.adapters.store.plans import PlanStore
from hub.core.inputs import PlanEdited
from hub.core.plan_hash import plan_hash
from hub.errors import SitePlanError
from hub.plan_desk import BY_FILE, PlanDesk, begin, latest_recording
from wire.plan import PlanVersion


@pytest.fixture(autouse=True)
def _in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a trial have its turn: what gives way to all else waits for minutes on a busy machine."""
    monkeypatch.setattr(plan_desk, "_NICE", 0)


class AnOffice:
    """A desk with a plan's file, and what it has put into force."""

    def __init__(self, folder: Path, recording: Path | None = None) -> None:
        self.file = folder / "site.toml"
        if not self.file.exists():
            self.file.write_text(TEXT, encoding="utf-8")
        self.store = PlanStore(folder / "plans")
        self.put: list[PlanEdited] = []
        self.is_put = asyncio.Event()
        self.desk = PlanDesk(
            begin(self.file, self.store, START),
            self.file,
            self.store,
            recording=lambda: recording,
            put_in_force=self._put,
            now_us=lambda: START,
        )

    def _put(self, edited: PlanEdited) -> None:
        self.put.append(edited)
        self.is_put.set()

    def write(self, text: str, *, age_s: int = 0) -> None:
        """Edit the site's file as if it had been some seconds ago."""
        self.file.write_text(text, encoding="utf-8")
        os.utime(self.file, ns=(START * 1000, (START - age_s * 1_000_000) * 1000))

    async def apply(self, text: str, based_on: int = 1, reason: str = "the event") -> PlanVersion:
        return await self.desk.apply(text, based_on=based_on, by="Ann", reason=reason)

    @property
    def rules(self) -> list[str]:
        """The rules that are in force."""
        return [rule.id for rule in self.desk.site.rules]


# --- Beginning ----------------------------------------------------------------------------------


def test_the_first_start_takes_the_file_as_the_first_version(tmp_path: Path) -> None:
    office = AnOffice(tmp_path)

    view = office.desk.view(may_apply=True)

    (version,) = view.versions
    assert (view.version, view.text, view.may_apply, view.recording) == (1, TEXT, True, None)
    assert (version.by, version.plan_hash) == (BY_FILE, plan_hash(office.desk.site))


async def test_a_restart_begins_with_what_was_applied_last_and_not_with_the_file(
    tmp_path: Path,
) -> None:
    await AnOffice(tmp_path).apply(WITH_PANIC)

    again = AnOffice(tmp_path)

    assert again.rules == ["panic"]
    assert again.desk.view(may_apply=True).version == 2
    assert len(again.store.versions()) == 2


async def test_a_file_that_was_edited_while_the_hub_was_down_is_the_newer_plan(
    tmp_path: Path,
) -> None:
    office = AnOffice(tmp_path)
    await office.apply(WITH_PANIC)
    office.write(TEXT + PANIC.replace("panic", "fright"))

    again = AnOffice(tmp_path)

    assert again.rules == ["fright"]
    assert again.desk.view(may_apply=True).version == 3


def test_a_file_that_is_wrong_at_the_start_says_so(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("[site", encoding="utf-8")

    with pytest.raises(SitePlanError):
        AnOffice(tmp_path)


# --- Drafts -------------------------------------------------------------------------------------


def test_a_draft_says_what_it_changes_and_puts_nothing_into_force(tmp_path: Path) -> None:
    office = AnOffice(tmp_path)

    draft = office.desk.check(WITH_PANIC)

    assert [(one.section, one.id, one.change) for one in draft.changes] == [
        ("rules", "panic", "added")
    ]
    assert draft.problem is None
    assert office.put == []
    assert office.rules == []


def test_one_part_of_a_draft_can_be_edited_or_says_why_not(tmp_path: Path) -> None:
    desk = AnOffice(tmp_path).desk

    edited = desk.edit(WITH_PANIC, "rule", "panic", None)
    refused = desk.edit(WITH_PANIC, "rule", "nobody", None)

    assert desk.parts(edited.text)["rule"] == desk.parts(None)["rule"] == []
    assert refused.problem is not None
    assert "nobody" in refused.problem.what
    assert refused.text == WITH_PANIC


def test_the_parts_of_a_draft_that_is_wrong_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SitePlanError):
        AnOffice(tmp_path).desk.parts("[site")


# --- Putting into force -------------------------------------------------------------------------


async def test_what_is_applied_is_in_force_kept_and_told_to_the_engine(tmp_path: Path) -> None:
    office = AnOffice(tmp_path)

    made = await office.apply(WITH_PANIC, reason="somebody may need help")

    site = read_site(WITH_PANIC, office.file)
    assert office.put == [
        PlanEdited(site=site, version="2", by="Ann", reason="somebody may need help")
    ]
    assert office.store.versions()[0] == made
    assert (made.version, made.plan_hash) == (2, plan_hash(site))
    assert office.desk.version(1) == TEXT
    assert office.desk.version(2) == WITH_PANIC
    assert office.file.read_text(encoding="utf-8") == TEXT, "the site's own file is the site's"


async def test_who_comes_second_is_told_and_changes_nothing(tmp_path: Path) -> None:
    office = AnOffice(tmp_path)

    first, second = await asyncio.gather(
        office.apply(WITH_PANIC), office.apply(TEXT), return_exceptions=True
    )

    assert isinstance(first, PlanVersion)
    assert isinstance(second, SitePlanError)
    assert "version 2 is in force" in second.what
    assert [one.version for one in office.put] == ["2"]
    assert office.rules == ["panic"]


@pytest.mark.parametrize("text", ["[site", WITH_PANIC.replace("52.0", "52.1")])
async def test_a_draft_that_cannot_be_in_force_now_is_not_kept(tmp_path: Path, text: str) -> None:
    office = AnOffice(tmp_path)

    with pytest.raises(SitePlanError):
        await office.apply(text)

    assert len(office.store.versions()) == 1
    assert office.put == []


async def test_where_the_disk_refuses_the_old_plan_stays_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = AnOffice(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(SitePlanError, match="No space left"):
        await office.apply(WITH_PANIC)
    office.write(WITH_PANIC)
    await office.desk.look_at_file()

    assert office.put == []
    assert office.desk.view(may_apply=True).version == 1
    assert "No space left" in office.desk.fault


async def test_who_hangs_up_meanwhile_does_not_leave_the_plan_half_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = AnOffice(tmp_path)
    add, is_adding, may_add = office.store.add, threading.Event(), threading.Event()

    def slow(text: str, **note: Any) -> int:
        is_adding.set()
        assert may_add.wait(PATIENCE_S)
        return add(text, **note)

    monkeypatch.setattr(office.store, "add", slow)
    asking = asyncio.create_task(office.apply(WITH_PANIC))
    assert await asyncio.to_thread(is_adding.wait, PATIENCE_S)

    asking.cancel()
    may_add.set()
    async with asyncio.timeout(PATIENCE_S):
        await office.is_put.wait()

    assert [one.version for one in office.put] == ["2"]
    assert len(office.store.versions()) == 2


# --- The site's own file ------------------------------------------------------------------------


async def test_a_file_that_is_edited_is_in_force_at_the_next_look(tmp_path: Path) -> None:
    office = AnOffice(tmp_path)
    await office.desk.look_at_file()
    assert office.put == []

    office.write(WITH_PANIC)
    await office.desk.look_at_file()

    assert office.rules == ["panic"]
    assert [(one.version, one.by) for one in office.put] == [("2", BY_FILE)]
    assert not office.store.is_news(WITH_PANIC)


async def test_a_file_that_is_only_touched_does_not_undo_what_was_applied(tmp_path: Path) -> None:
    office = AnOffice(tmp_path)
    await office.apply(WITH_PANIC)

    office.write(TEXT)
    await office.desk.look_at_file()

    assert office.rules == ["panic"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("[site", "line 1"), (WITH_PANIC.replace("52.0", "52.1"), "origin cannot change")],
)
async def test_a_file_that_cannot_be_in_force_is_a_fault_until_it_is_put_right(
    tmp_path: Path, text: str, why: str
) -> None:
    office = AnOffice(tmp_path)

    office.write(text)
    await office.desk.look_at_file()
    fault = office.desk.fault
    office.write(WITH_PANIC, age_s=1)
    await office.desk.look_at_file()

    assert why in fault
    assert office.desk.fault == ""
    assert office.rules == ["panic"]


async def test_a_file_that_is_gone_is_a_fault_and_the_plan_stays(tmp_path: Path) -> None:
    office = AnOffice(tmp_path)

    office.file.unlink()
    await office.desk.look_at_file()

    assert office.desk.fault
    assert office.put == []


# --- Trying a draft -----------------------------------------------------------------------------


async def test_a_draft_is_tried_on_the_last_recording_in_a_process_of_its_own(
    tmp_path: Path,
) -> None:
    recording = a_recording(tmp_path / "a.mcap")
    office = AnOffice(tmp_path, recording.path)

    view = await office.desk.try_out(WITH_PANIC)

    assert office.desk.view(may_apply=False).recording == "a.mcap"
    assert view.before == ()
    assert [one.rule for one in view.after] == ["panic"]
    assert office.put == []


async def test_without_a_recording_nothing_can_be_tried(tmp_path: Path) -> None:
    with pytest.raises(SitePlanError, match="no recording") as refusal:
        await AnOffice(tmp_path).desk.try_out(WITH_PANIC)

    assert "--record" in refusal.value.fix


async def test_a_trial_that_fails_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.mcap").write_bytes(b"nothing of ours")

    with pytest.raises(SitePlanError, match="the trial failed"):
        await AnOffice(tmp_path, tmp_path / "a.mcap").desk.try_out(WITH_PANIC)


async def test_one_draft_is_tried_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = AnOffice(tmp_path, a_recording(tmp_path / "a.mcap").path)
    may_end = asyncio.Event()

    async def tried(*_: object) -> str:
        await may_end.wait()
        return "the view"

    monkeypatch.setattr(plan_desk, "_tried", tried)
    first = asyncio.create_task(office.desk.try_out(WITH_PANIC))
    await asyncio.sleep(0)

    with pytest.raises(SitePlanError, match="another draft is being tried"):
        await office.desk.try_out(WITH_PANIC)

    may_end.set()
    assert await first == "the view"


async def test_a_trial_that_takes_too_long_is_ended_with_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = AnOffice(tmp_path, a_recording(tmp_path / "a.mcap").path)
    monkeypatch.setattr(plan_desk, "_TRIAL_S_MAX", 0.05)

    with pytest.raises(TimeoutError):
        await office.desk.try_out(WITH_PANIC)


def test_the_last_recording_is_the_newest_beside_the_one_being_made_and_in_the_data(
    tmp_path: Path,
) -> None:
    data, others = tmp_path / "var", tmp_path / "tapes"
    for folder, name, age_s in ((data, "old", 9), (others, "new", 1), (others, "older", 5)):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.mcap").write_bytes(b"x")
        os.utime(folder / f"{name}.mcap", (1e9 - age_s, 1e9 - age_s))
    (others / "empty.mcap").touch()

    assert latest_recording(others / "next.mcap", data) == others / "new.mcap"
    assert latest_recording(None, data) == data / "old.mcap"
    assert latest_recording(None, tmp_path) is None
