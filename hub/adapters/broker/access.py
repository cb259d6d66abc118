"""What each name may read and write at the broker, from the contract. Pure."""

import hmac
from collections.abc import Mapping

from msgspec import Struct

from wire.catalogue import Party
from wire.topics import HUB, Access, grants


class Rights(Struct, frozen=True, kw_only=True):
    """What one name may do. What is not named is forbidden."""

    password: str
    read: tuple[str, ...]
    write: tuple[str, ...]


def rights_of(
    site: str, parties: Mapping[str, Party], passwords: Mapping[str, str]
) -> dict[str, Rights]:
    """Return the rights of the hub and of every device."""
    everybody = {HUB: Party.HUB, **parties}
    return {
        name: Rights(
            password=passwords[name],
            read=_filters(site, party, name, Access.READ),
            write=_filters(site, party, name, Access.WRITE),
        )
        for name, party in everybody.items()
    }


def _filters(site: str, party: Party, name: str, access: Access) -> tuple[str, ...]:
    return tuple(grant.filter for grant in grants(site, party, name) if grant.access is access)


def admits(
    rights: Mapping[str, Rights], name: str | None, password: str | None, client_id: str | None
) -> bool:
    """Whether this client is who it says it is.

    A client's id follows from its name: with a free choice one device could take over another's
    connection. Each has two, so that a flood of scans never delays an alarm; the hub's ids end
    in a random word.
    """
    if name is None or password is None or client_id is None or name not in rights:
        return False
    is_own = client_id in {name, f"{name}-scan"} or (name == HUB and client_id.startswith("hub-"))
    return is_own and hmac.compare_digest(rights[name].password.encode(), password.encode())


def covers(granted: str, asked: str) -> bool:
    """Whether every topic that the filter `asked` matches is matched by `granted` too."""
    granted_levels, asked_levels = granted.split("/"), asked.split("/")
    for place, level in enumerate(granted_levels):
        if level == "#":
            return True
        if place >= len(asked_levels) or asked_levels[place] == "#":
            return False
        if level not in ("+", asked_levels[place]):
            return False
    return len(granted_levels) == len(asked_levels)
