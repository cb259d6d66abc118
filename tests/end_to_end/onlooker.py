"""What a phone that connects now is shown: the alerts and tasks that stand at the broker."""

from contextlib import suppress
from queue import Queue

from end_to_end.crossing import SITE
from end_to_end.processes import Hub
from patience import PATIENCE_S

from edge.adapters.connection import Connection, broker_at
from wire import topics
from wire.catalogue import Family, Party


def shown_to_team(hub: Hub, team: str) -> frozenset[str]:
    """Return the ids of all alerts and tasks that a team's new phone is shown at once.

    The team's own phone must be off: two connections of one name would end each other.
    """
    inbox: Queue[str] = Queue()
    health = topics.hub_health(SITE)
    filters = topics.device_filters(SITE, Party.TEAM, team)
    broker = broker_at(hub.broker_url, team, hub.passwords()[team])
    connection = Connection(
        broker,
        team,
        received=lambda topic, payload: inbox.put(topic) if payload else None,
        # Whatever was asked for before it has come when this comes.
        subscribe=(*(one for one in filters if one != health), health),
    )
    connection.start()
    try:
        found = iter(lambda: inbox.get(timeout=PATIENCE_S), health)
        return frozenset(filter(None, map(_id_of, found)))
    finally:
        connection.stop()


def _id_of(topic: str) -> str | None:
    with suppress(topics.TopicError):
        address = topics.parse(topic)
        return address.ref if address.family in (Family.ALERT, Family.TASK) else None
    return None
