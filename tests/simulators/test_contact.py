from simulators.contact import HUB_SILENT_US, Contact

NOW_US = 1_790_000_000_000_000


def test_who_has_not_heard_anything_bad_has_contact() -> None:
    assert Contact().lost_us is None


def test_a_link_is_lost_from_the_first_moment_until_it_is_back() -> None:
    contact = Contact()
    contact.link_lost(NOW_US)
    contact.link_lost(NOW_US + 1)
    assert contact.lost_us == NOW_US

    contact.link_restored(NOW_US + 2)

    assert contact.lost_us is None


def test_the_hubs_last_will_counts_until_it_speaks_again() -> None:
    contact = Contact()
    contact.goodbye(NOW_US)
    contact.goodbye(NOW_US + 1)
    assert contact.lost_us == NOW_US

    contact.heartbeat(NOW_US + 2)

    assert contact.lost_us == NOW_US + 2 + HUB_SILENT_US


def test_a_hub_that_says_nothing_any_more_is_lost_though_the_broker_is_there() -> None:
    contact = Contact()
    contact.heartbeat(NOW_US)
    assert contact.lost_us == NOW_US + HUB_SILENT_US

    contact.link_lost(NOW_US + 5)
    contact.link_restored(NOW_US + 9)

    assert contact.lost_us == NOW_US + 9 + HUB_SILENT_US
