import pytest
from shift_pages import an_alert_view

from hub.core.review.hazards import CUES, HAZARDS, hazards
from hub.core.rules.wording import CUE_WORDS
from hub.core.site import Rule


def test_a_danger_is_told_once_with_the_alert_that_it_is_known_from() -> None:
    told = hazards([an_alert_view(1), an_alert_view(2), an_alert_view(3, rule_kind="gas")])

    assert told == (
        "somebody where nobody may be: intent not known (A-1: Person 1 in Stage)",
        "gas, dust or radiation: stay upwind until it is measured (A-3: Person 3 in Stage)",
    )


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        ("Impulse sound at Ear 2", "bangs: shots or an explosion are possible"),
        ("Breaking glass, 3 sensors", "broken glass"),
        ("Something else", ""),
    ],
)
def test_what_a_sensor_states_has_its_danger(summary: str, told: str) -> None:
    found = hazards([an_alert_view(1, rule_kind="cue", summary=summary)])

    assert "".join(found).startswith(told)
    assert bool(found) is bool(told)


def test_a_silent_sensor_endangers_nobody() -> None:
    assert hazards([an_alert_view(1, rule_kind="silence")]) == ()


def test_every_kind_and_every_cue_that_has_a_danger_is_there() -> None:
    kinds = {kind.__struct_config__.tag for kind in Rule.__args__}

    assert set(HAZARDS) <= kinds
    assert set(CUES) <= {words.lower() for words in CUE_WORDS.values()}
