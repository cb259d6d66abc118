"""Where the plan is edited while the hub runs: versions, drafts, trials, putting in force."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from hub.adapters.site_file import load_text, read_site
from hub.adapters.store.plans import PlanStore
from hub.core.inputs import PlanEdited
from hub.core.plan_hash import plan_hash
from hub.core.site import Site
from hub.drafting import drafted, edited, needs_restart, parts_of, problem_of
from hub.errors import SitePlanError
from hub.trial import PATIENCE_S
from wire.plan import PlanDraft, PlanVersion, PlanView, TrialView
from wire.quantities import Identifier, Line

BY_FILE: Final = "site.toml"
# Starting Python and reading the kernels from disk comes on top of the playing.
_TRIAL_S_MAX: Final = PATIENCE_S + 60.0
# The live hub comes first: a trial only takes what it leaves.
_NICE: Final = 15


class Beginning(Struct, frozen=True, kw_only=True):
    """The plan that a hub begins with."""

    site: Site
    text: str
    version: int


def begin(file: Path, store: PlanStore, now_us: int) -> Beginning:
    """Return the plan to begin with: the latest version, or the file where it is newer.

    Raises `SitePlanError` where neither can be used.
    """
    site, text = _read(file)
    if store.is_news(text):
        version = store.add(
            text,
            by=BY_FILE,
            reason="read from the site's file",
            plan_hash=plan_hash(site),
            at_us=now_us,
        )
        store.take(text)
        return Beginning(site=site, text=text, version=version)
    latest = store.versions()[0].version
    text = store.text(latest)
    name = Path(f"{file.name} version {latest}")
    return Beginning(site=read_site(text, name), text=text, version=latest)


class PlanDesk:
    """The plan in force, and everything that people do to it. Called on the hub's own thread."""

    def __init__(
        self,
        beginning: Beginning,
        file: Path,
        store: PlanStore,
        *,
        recording: Callable[[], Path | None],
        put_in_force: Callable[[PlanEdited], None],
        now_us: Callable[[], int],
    ) -> None:
        self._site = beginning.site
        self._text = beginning.text
        self._version = beginning.version
        self._file = file
        self._store = store
        self._recording = recording
        self._put_in_force = put_in_force
        self._now_us = now_us
        self._trial = asyncio.Lock()
        self._applying = asyncio.Lock()
        self._file_stamp = _stamp(file)
        self.fault: str = ""  # What is wrong with the site's file, if it was edited wrongly.

    @property
    def site(self) -> Site:
        """The plan that is in force."""
        return self._site

    # --- Reading --------------------------------------------------------------------------------

    def view(self, *, may_apply: bool) -> PlanView:
        """Return the plan in force."""
        recording = self._recording()
        return PlanView(
            version=self._version,
            text=self._text,
            versions=tuple(self._store.versions()[:100]),
            may_apply=may_apply,
            recording=None if recording is None else recording.name,
        )

    def parts(self, text: str | None) -> dict[str, list[dict[str, Any]]]:
        """Return the editable parts of the plan in force, or of a draft."""
        site = self._site if text is None else _checked(text, self._site)
        return parts_of(site)

    def version(self, number: int) -> str:
        """Return the text of an earlier version."""
        return self._store.text(number)

    # --- Drafts ---------------------------------------------------------------------------------

    def check(self, text: str) -> PlanDraft:
        """Say what a draft changes, and what is wrong with it."""
        draft, _ = drafted(text, self._site)
        return draft

    def edit(
        self, text: str, table: str, identity: Identifier, part: dict[str, Any] | None
    ) -> PlanDraft:
        """Change one part of a draft, and say what came of it."""
        try:
            return self.check(edited(text, table, identity, part))
        except SitePlanError as error:
            return PlanDraft(text=text, problem=problem_of(error))

    async def try_out(self, text: str) -> TrialView:
        """Play the last recording under the plan in force and under a draft.

        In a process of its own: it takes a while, and the live picture must not wait.
        """
        _checked(text, self._site)
        recording = self._recording()
        if recording is None:
            what = "there is no recording to try it on"
            fix = "run the hub with --record FILE for a while, and try again"
            raise SitePlanError(what, fix=fix)
        if self._trial.locked():
            what = "another draft is being tried"
            raise SitePlanError(what, fix="wait for it: at most two minutes")
        async with self._trial:
            with tempfile.TemporaryDirectory(prefix="vedette-trial-") as folder:
                before, after = _written(Path(folder), self._text, text)
                return await _tried(after, before, recording)

    # --- Putting in force -----------------------------------------------------------------------

    async def apply(self, text: str, *, based_on: int, by: Line, reason: Line) -> PlanVersion:
        """Put a draft into force, kept as the next version; raise `SitePlanError` if not."""
        async with self._applying:
            if based_on != self._version:
                what = f"the plan has changed since: version {self._version} is in force"
                raise SitePlanError(what, fix="read it again, and make the change in that")
            site = await asyncio.to_thread(_checked, text, self._site)
            return await self._apply(text, site, by=by, reason=reason)

    async def look_at_file(self) -> None:
        """Take over the site's file if somebody has edited it. What is wrong is in `fault`."""
        stamp = _stamp(self._file)
        if stamp == self._file_stamp:
            return
        async with self._applying:
            self._file_stamp = stamp
            try:
                await self._take_file()
            except (OSError, SitePlanError) as error:
                self.fault = f"the edited plan is not in force: {error}"
            else:
                self.fault = ""

    async def _take_file(self) -> None:
        site, text = await asyncio.to_thread(_read_anew, self._file, self._site)
        if self._store.is_news(text):
            await self._apply(text, site, by=BY_FILE, reason="the site's file was edited")
            self._store.take(text)

    async def _apply(self, text: str, site: Site, *, by: Line, reason: Line) -> PlanVersion:
        """Keep a plan on disk and put it into force: both, also when nobody waits any more."""
        return await asyncio.shield(self._kept_and_put(text, site, by=by, reason=reason))

    async def _kept_and_put(self, text: str, site: Site, *, by: Line, reason: Line) -> PlanVersion:
        digest, now_us = plan_hash(site), self._now_us()
        self._version = await asyncio.to_thread(
            self._store.add, text, by=by, reason=reason, plan_hash=digest, at_us=now_us
        )
        self._site, self._text = site, text
        edited_plan = PlanEdited(site=site, version=str(self._version), by=by, reason=reason)
        self._put_in_force(edited_plan)
        return PlanVersion(
            version=self._version, at_us=now_us, by=by, reason=reason, plan_hash=digest
        )


def latest_recording(record: Path | None, data_dir: Path) -> Path | None:
    """Return the newest recording: the one that is being written, else beside it or the data."""
    folders = [data_dir] if record is None else [record.parent, data_dir]
    found = [path for folder in folders for path in folder.glob("*.mcap") if path.stat().st_size]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _checked(text: str, in_force: Site) -> Site:
    """Return the plan of a draft that could be put into force now."""
    draft, site = drafted(text, in_force)
    if site is None:
        assert draft.problem is not None
        raise SitePlanError(draft.problem.what, fix=draft.problem.fix)
    return site


def _read_anew(file: Path, in_force: Site) -> tuple[Site, str]:
    """Return a plan that was edited in its file, if it can be put into force now."""
    site, text = _read(file)
    problem = needs_restart(in_force, site)
    if problem is not None:
        raise SitePlanError(problem.what, fix=problem.fix)
    return site, text


def _read(file: Path) -> tuple[Site, str]:
    """Return a file's plan and text; both are the same text's, whoever writes at the moment."""
    text = load_text(file)
    return read_site(text, file), text


def _written(folder: Path, *texts: str) -> list[Path]:
    """Return files with these texts."""
    files = [folder / f"{number}.toml" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return files


async def _tried(after: Path, before: Path, recording: Path) -> TrialView:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"import os, sys; os.nice({_NICE}); from hub.cli import main; sys.exit(main())",
        "try-site",
        str(after),
        str(recording),
        "--against",
        str(before),
        "--json",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_TRIAL_S_MAX):
            out, said = await process.communicate()
    except (TimeoutError, asyncio.CancelledError):
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["no word of why"]
        what = f"the trial failed: {lines[0]}"
        raise SitePlanError(what, fix=lines[-1])
    return msgspec.json.decode(out, type=TrialView)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
