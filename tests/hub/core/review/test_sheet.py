from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from past_alerts import HOUR, START, identity
from shift_pages import a_picture, an_alert_view, asked_then

from hub.core.review.handover import Shift, handover
from hub.core.review.kpi import Hours, kpi
from hub.core.review.sheet import markdown, plain
from hub.core.review.wall_clock import WallClock
from hub.core.site import Offset
from wire.actions import HandOver, LogEntry, Shelve
from wire.feed import HubView
from wire.labels import AlertOutcome, AlertState
from wire.review import AcknowledgeTimes, HandoverView, KpiView

KPI = kpi([], Hours(start_us=START, end_us=START + 8 * HOUR))


def a_sheet(figures: KpiView = KPI) -> HandoverView:
    closed = an_alert_view(
        9, state=AlertState.CLOSED, closed_us=START, outcome=AlertOutcome.BENIGN, note="a fox"
    )
    asked = (
        asked_then(Shelve(alert=identity(3), duration_s=3600, reason="rain")),
        asked_then(LogEntry(text="Gate 3 sticks")),
        asked_then(HandOver(to="Bob", note="quiet")),
    )
    shift = Shift(
        by="Ann",
        start_us=START,
        end_us=START + 8 * HOUR,
        asked=asked,
        closed=(closed,),
        kpi=figures,
    )
    return handover(a_picture(), shift, WallClock())


def test_a_sheet_tells_all_that_the_next_shift_must_know() -> None:
    page = markdown(a_sheet(), WallClock())

    for told in (
        "# Shift handover: Small Square",
        "2026-01-01 00:00 to 2026-01-01 08:00, written for Ann",
        "- the whole site: **raised** since 2026-01-01 00:00, by Ann: a threat",
        "- **I-4** high: Person 1 in Stage in Stage; 2 of 2 alerts open, 1 unacknowledged;",
        "## Open alerts (2)",
        "unacknowledged since 2026-01-01 00:00, nobody has it",
        "Ann has it",
        "- **A-3** high: Person 3 in Stage until 2026-01-01 01:00, by Ann: rain on the lens",
        "- **A-4** high: Person 4 in Stage: the market is open",
        "- **A-5** high: Person 5 in Stage until 2026-01-01 01:00: cam-01 is out of service",
        "- cam-01 until 2026-01-01 01:00, by Sue: new lens; 2 alerts hidden by it",
        "- **Intruder** begun 2026-01-01 00:00 by Ann. Call the police: due; Sound the siren: done",
        "- **T-3** on scene, team medics: Look behind the stage (2026-01-01 00:00)",
        "- Camera 3 (cam-03): never heard of",
        "- no connection to the broker",
        "- 2026-01-01 00:01 Ann: shelved A-3 for 60 min: rain",
        "- 2026-01-01 00:01 Ann: Gate 3 sticks",
        "- **A-9** high: Person 9 in Stage at 2026-01-01 00:00 by itself; benign: a fox",
        "- 2026-01-01 00:01: Ann to Bob: quiet",
        "| Alerts per operator in an hour | 0 alerts per h |",
        "Time to acknowledge: nothing was acknowledged.",
        "From: ____",
    ):
        assert told in page, told


def test_a_sheet_speaks_in_the_sites_own_time() -> None:
    page = markdown(a_sheet(), WallClock((Offset(from_us=0, ahead_s=3600),)))

    assert "2026-01-01 01:00 to 2026-01-01 09:00" in page


def test_an_empty_section_says_that_there_is_nothing() -> None:
    shift = Shift(by="Ann", start_us=START, end_us=START + HOUR, kpi=KPI)
    empty = a_picture(
        alerts=(), closed=(), incidents=(), sensors=(), actuators=(), runs=(), tasks=(),
        postures=(), services=(), hub=HubView(simulated=True, exercise=True),
    )  # fmt: skip

    page = markdown(handover(empty, shift, WallClock()), WallClock())

    assert page.count("- none") == 14
    assert "- normal everywhere" in page
    assert "- not yet" in page
    assert "**SIMULATION" in page
    assert "**EXERCISE**" in page


def test_figures_that_are_not_met_or_not_whole_stand_out() -> None:
    measures = tuple(
        replace(one, met=met) for one, met in zip(KPI.measures, (False, None), strict=False)
    )
    times = AcknowledgeTimes(count=2, median_s=20.0, p90_s=200.0)

    page = markdown(
        a_sheet(replace(KPI, measures=measures, acknowledged=times, complete=False)), WallClock()
    )

    assert "**no** |" in page
    assert "not judged |" in page
    assert "median 20 s, nine of ten within 3 min." in page
    assert "more changes than are counted" in page


def test_what_was_simulated_or_a_drill_is_marked_line_by_line() -> None:
    picture = a_picture(alerts=(an_alert_view(1, simulated=True, zone=None, exercise=True),))
    shift = Shift(by="Ann", start_us=START, end_us=START + HOUR, kpi=KPI)

    page = markdown(handover(picture, shift, WallClock()), WallClock())

    assert "nobody has it (SIMULATED) (EXERCISE)" in page


def test_what_people_type_is_no_markup() -> None:
    assert plain("<b>\n# *x* | [y](z)") == r"\<b\> \# \*x\* \| \[y\](z)"


@given(st.text())
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    said = plain(text)

    assert len(said.splitlines()) <= 1
    for place, letter in enumerate(said):
        if letter in "<>|#*`[":
            assert said[place - 1] == "\\"
