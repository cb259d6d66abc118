"""The built dashboards, as files: part of the wheel, built first in a checkout."""

from pathlib import Path, PurePosixPath
from typing import Final

from fastapi import Response
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parent / "static"

# A file whose name holds a hash of what is in it never changes.
_FOREVER: Final = "public, max-age=31536000, immutable"
# Everything else is asked for again, and answered 304 where it is the same.
_ASK_AGAIN: Final = "no-cache"

_NOT_BUILT: Final = """The hub runs, but its dashboards are not built.

In a checkout:   make dashboards      (needs no Node: it is fetched where there is none)
Installed:       the package was built with VEDETTE_SKIP_DASHBOARDS=1; install it without.

The feed and the API work meanwhile.
"""


class Dashboards(StaticFiles):
    """Serves each dashboard's page at its address and below it, and what the pages load."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._folder = folder

    async def check_config(self) -> None:
        """Check nothing: a folder that is missing has a page of its own."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or the page of the dashboard that the path belongs to."""
        if path.partition("/")[0] in {"api", "feed"}:
            raise HTTPException(404 if scope["method"] in {"GET", "HEAD"} else 405)
        if not (self._folder / "index.html").is_file():
            return PlainTextResponse(_NOT_BUILT, status_code=503)
        response = await super().get_response(self._file_for(path), scope)
        response.headers["Cache-Control"] = _FOREVER if path.startswith("assets/") else _ASK_AGAIN
        return response

    def _file_for(self, path: str) -> str:
        parts = PurePosixPath(path).parts
        if not parts or parts == (".",):
            return "index.html"
        # A path with a dot names a file; it is there or it is not.
        if "." in parts[-1]:
            return path
        for page in (f"{parts[0]}/index.html", f"{parts[0]}.html"):
            if ".." not in parts and (self._folder / page).is_file():
                return page
        return "index.html"
