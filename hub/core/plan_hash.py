"""Which configuration it was: a digest of the whole plan, kept with every alert."""

import hashlib

import msgspec

from hub.core.site import Site
from wire.quantities import Line


def plan_hash(site: Site) -> Line:
    """Return the SHA-256 of a plan's canonical JSON (keys sorted), in hexadecimal.

    Any change of the plan changes it; the order of words in the file does not.
    """
    body = msgspec.json.encode(site, order="sorted")
    return hashlib.sha256(body).hexdigest()
