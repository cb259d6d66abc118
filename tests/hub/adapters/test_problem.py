import pytest
from plan_parts import a_site

from hub.adapters.problem import Problem, hours_of, known, outside, some, unique
from hub.core.site import Hours
from wire.labels import Weekday

NAMES = [f"zone-{number:02}" for number in range(12)]


def test_a_name_that_exists_or_is_not_given_is_no_problem() -> None:
    assert list(known(("zone",), "zone", "zone-03", NAMES)) == []
    assert list(known(("zone",), "zone", None, NAMES)) == []


@pytest.mark.parametrize(
    ("name", "names", "fix"),
    [
        ("x", ["stage", "bank"], "use one of: bank, stage"),
        ("x", [], "use one of: none yet"),
        (
            "stage",
            NAMES,
            f"use one of: {', '.join(NAMES[:10])}, …",
        ),
        ("zone-3", NAMES, "did you mean zone-03?"),
    ],
)
def test_a_name_that_does_not_exist_is_answered_with_those_that_do(
    name: str, names: list[str], fix: str
) -> None:
    (problem,) = known(("zone",), "zone", name, names)

    assert problem == Problem(("zone",), f"there is no zone {name!r}", fix)


def test_each_name_is_there_once() -> None:
    (problem,) = unique([(("a",), "x"), (("b",), "y"), (("c",), "x")])

    assert (problem.path, problem.what) == (("c",), "there is another 'x'")


def test_a_list_that_must_name_something_is_not_empty() -> None:
    assert list(some(("labels",), ("person",))) == []
    (problem,) = some(("labels",), ())
    assert problem.what == "it is empty, so that the rule never applies"


def test_a_place_is_on_the_site() -> None:
    assert list(outside(("start",), (80.0, -60.0), a_site())) == []
    (problem,) = outside(("start",), (80.5, 0.0), a_site())
    assert problem.what == "[80.5, 0] is outside the site's bounds"


def test_hours_are_a_span_and_a_whole_day_is_one_only_of_certain_days() -> None:
    assert len(list(hours_of((), Hours(start="06:00", end="06:00")))) == 1
    saturday = Hours(start="00:00", end="00:00", days=(Weekday.SATURDAY,))
    assert list(hours_of((), saturday)) == []
    assert list(hours_of((), None)) == []
