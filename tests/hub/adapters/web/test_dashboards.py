from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.hub.adapters.web.conftest import RunningHub


@pytest.fixture
def built(hub: RunningHub) -> RunningHub:
    files = {
        "index.html": "control room",
        "field/index.html": "field",
        "wall.html": "wall",
        "assets/app-1234.js": "code",
        "icon.svg": "<svg/>",
    }
    for name, text in files.items():
        path = hub.dashboards / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (hub.dashboards.parent / "secret.txt").write_text("secret")
    return hub


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", "control room"),
        ("/alerts/17", "control room"),
        ("/field", "field"),
        ("/field/", "field"),
        ("/field/task/3", "field"),
        ("/wall", "wall"),
    ],
)
async def test_each_dashboard_has_its_address_and_all_below_it(
    built: RunningHub, path: str, page: str
) -> None:
    answer = await built.ask("GET", path)

    assert answer.status == 200
    assert answer.body.decode() == page
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


async def test_what_has_a_hash_in_its_name_is_kept_for_ever(built: RunningHub) -> None:
    answer = await built.ask("GET", "/assets/app-1234.js")

    assert answer.body == b"code"
    assert "immutable" in answer.headers["cache-control"]


async def test_what_has_not_changed_is_not_sent_again(built: RunningHub) -> None:
    first = await built.ask("GET", "/icon.svg")

    again = await built.ask("GET", "/icon.svg", If_None_Match=first.headers["etag"])

    assert again.status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-1.js",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/field/../../secret.txt",
        "/..%2fsecret.txt",
    ],
)
async def test_a_file_that_is_not_there_is_not_found(built: RunningHub, path: str) -> None:
    answer = await built.ask("GET", path)

    assert answer.status == 404
    assert answer.json()["fix"]


@pytest.mark.parametrize("path", ["/api/unknown", "/api", "/feed"])
async def test_the_api_has_no_pages(built: RunningHub, path: str) -> None:
    assert (await built.ask("GET", path)).status == 404


async def test_a_method_that_is_not_for_an_address_is_refused(built: RunningHub) -> None:
    answer = await built.ask("PUT", "/api/actions")

    assert answer.status == 405
    assert "PUT" in answer.json()["what"]


async def test_a_checkout_without_its_build_says_how_to_build(hub: RunningHub) -> None:
    answer = await hub.ask("GET", "/")

    assert answer.status == 503
    assert b"make dashboards" in answer.body


@pytest.mark.parametrize("path", ["/", "/api/session", "/api/unknown", "/healthz"])
async def test_every_answer_forbids_what_comes_from_elsewhere(built: RunningHub, path: str) -> None:
    headers = (await built.ask("GET", path)).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers
