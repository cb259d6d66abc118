from hub.core.rules.judge import Facts, Judge
from hub.core.rules.round import AT_ONCE, TURN_US, TURNS_MAX, Round

START = 1_767_225_600_000_000


def some_judges(count: int) -> list[Judge]:
    return [Judge() for _ in range(count)]


def test_few_rules_are_told_at_once() -> None:
    judges = some_judges(AT_ONCE)
    every = Round(judges, Facts(), START)

    assert every.next_us == START
    assert every.take(START) == judges
    assert every.next_us is None
    assert every.take(START + TURN_US) == []


def test_many_rules_are_told_in_turns_each_once_and_in_order() -> None:
    judges = some_judges(203)
    every = Round(judges, Facts(), START)

    turns = [every.take(START + turn * TURN_US) for turn in range(TURNS_MAX + 1)]

    assert turns[0] == []  # It is enough that the facts are made up then.
    assert [one for turn in turns for one in turn] == judges
    assert max(len(turn) for turn in turns) == 6
    assert every.next_us is None


def test_a_turn_is_not_early_and_a_late_one_is_made_up_for() -> None:
    judges = some_judges(30)
    every = Round(judges, Facts(), START)

    assert every.take(START + TURN_US - 1) == []
    assert every.next_us == START + TURN_US
    assert every.take(START + 2 * TURN_US) == judges[: 2 * AT_ONCE]


def test_a_rule_that_is_no_longer_in_the_plan_is_not_told() -> None:
    judges = some_judges(AT_ONCE + 2)
    every = Round(judges, Facts(), START)
    every.take(START + TURN_US)

    every.keep(judges[:-1])

    assert every.take(START + 2 * TURN_US) == judges[-2:-1]


def test_nobody_has_nothing_to_be_told() -> None:
    assert Round().take(START) == []
