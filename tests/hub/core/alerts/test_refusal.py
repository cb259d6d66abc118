from hub.core.alerts.refusal import Refusal


def test_a_refusal_says_why() -> None:
    assert Refusal(reason="cannot shelve").reason == "cannot shelve"
