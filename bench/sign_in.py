"""Sign in to a hub that a benchmark started, as a dashboard does."""

import json
import urllib.request
from collections.abc import Mapping


def cookie_of(said: Mapping[str, str]) -> str:
    """Return the cookie of a new session, from what the hub announced of itself."""
    request = urllib.request.Request(  # noqa: S310 -- our own hub's address
        f"{said['url']}/api/session",
        data=json.dumps({"name": said["user"], "password": said["password"]}).encode(),
        headers={"Content-Type": "application/json", "X-Vedette": "1"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 -- our own hub's address
        return str(answer.headers["Set-Cookie"]).split(";")[0]
