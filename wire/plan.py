"""The plan as people edit it: its versions, what is wrong with a draft, and what it would do."""

from wire.labels import Priority
from wire.quantities import Count, Identifier, Instant, Line
from wire.work import View


class PlanVersion(View, frozen=True, kw_only=True):
    """One version of the plan that was in force."""

    version: Count
    at_us: Instant
    by: Line
    reason: Line
    plan_hash: Line


class PlanChange(View, frozen=True, kw_only=True):
    """One part of the plan that a draft adds, removes or changes."""

    section: Line  # rules, playbooks, zones, ...
    id: Identifier
    change: Line  # added, removed, changed


class PlanProblem(View, frozen=True, kw_only=True):
    """Why a draft cannot be used."""

    what: str
    fix: str
    line: Count = 0  # Of the draft's text, from 1; 0: it is about no one line.


class PlanView(View, frozen=True, kw_only=True):
    """The plan that is in force."""

    version: Count
    text: str  # The file, with its comments.
    versions: tuple[PlanVersion, ...]  # Latest first.
    may_apply: bool  # Whether who asks may put another one into force.
    recording: Line | None = None  # What a draft can be tried on; None: nothing was recorded.


class PlanDraft(View, frozen=True, kw_only=True):
    """What became of a draft."""

    text: str
    problem: PlanProblem | None = None
    changes: tuple[PlanChange, ...] = ()


class TrialAlert(View, frozen=True, kw_only=True):
    """An alert that a plan raises on a recording."""

    rule: Identifier
    summary: Line
    priority: Priority
    raised_us: Instant  # The first time.
    count: Count  # How often it was raised or came back.
    open_s: float


class TrialView(View, frozen=True, kw_only=True):
    """A recording under the plan in force and under a draft."""

    recording: Line
    seconds: float  # Of life that were played.
    before: tuple[TrialAlert, ...]
    after: tuple[TrialAlert, ...]
    before_count: Count
    after_count: Count
    whole: bool = True  # False: only its beginning was played, for want of time.
