from itertools import product

from hub.core.rules.taint import Taint


def test_no_two_taints_share_a_key() -> None:
    taints = [Taint(simulated=one, exercise=two) for one, two in product((False, True), repeat=2)]

    assert len({taint.key("fence") for taint in taints}) == 4
    assert Taint().key("fence") == "fence"
