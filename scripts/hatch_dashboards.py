"""The build hook: a wheel and an editable install carry the dashboards."""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The build front end runs this file from elsewhere; its neighbour is not on the path.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import build_dashboards


class DashboardsHook(BuildHookInterface):  # type: ignore[type-arg]  # Its argument is hatchling's own configuration.
    """Builds the dashboards before files are collected."""

    PLUGIN_NAME = "dashboards"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and take what was built although git ignores it."""
        del version
        if os.environ.get(build_dashboards.SKIP):
            return
        build_dashboards.build()
        build_data["artifacts"].append("/hub/adapters/web/static/**")
