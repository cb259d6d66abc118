"""Drafts of a plan: what a draft changes, whether that can be done without a restart, one edit."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from hub.adapters.site_file import read_site
from hub.core.site import Site
from hub.errors import SitePlanError
from wire.plan import PlanChange, PlanDraft, PlanProblem
from wire.quantities import Identifier

# What the running picture is built on. The rest is judged and answered anew from one instant on.
RESTART_ONLY: Final = (
    "id",
    "origin",
    "bounds",
    "ground",
    "buildings",
    "sensors",
    "actuators",
    "teams",
)
EDITABLE: Final = ("rule", "playbook", "zone", "tripwire", "escalation")
"""The tables of the file that one edit may change."""

# As `read_site` writes it before what is wrong.
_LINE: Final = re.compile(r"plan line (?P<line>\d+):")
_SECTIONS: Final = ("zones", "tripwires", "rules", "playbooks", "sensors", "actuators", "teams")


def drafted(text: str, in_force: Site) -> tuple[PlanDraft, Site | None]:
    """Return what a draft would change, and its plan where it can be put into force now."""
    try:
        site = read_site(text, Path("plan"))
    except SitePlanError as error:
        return PlanDraft(text=text, problem=problem_of(error)), None
    changes = tuple(changes_of(in_force, site))
    problem = needs_restart(in_force, site)
    if problem is not None:
        return PlanDraft(text=text, problem=problem, changes=changes), None
    return PlanDraft(text=text, changes=changes), site


def problem_of(error: SitePlanError) -> PlanProblem:
    """Return what is wrong with a draft, and at which of its lines."""
    found = _LINE.match(error.what)
    line = 0 if found is None else int(found["line"])
    return PlanProblem(what=error.what, fix=error.fix, line=line)


def changes_of(before: Site, after: Site) -> Iterator[PlanChange]:
    """Yield every named part that differs."""
    for section in _SECTIONS:
        old = {part.id: part for part in getattr(before, section)}
        new = {part.id: part for part in getattr(after, section)}
        for identity in sorted(old.keys() | new.keys()):
            if identity not in old:
                change = "added"
            elif identity not in new:
                change = "removed"
            elif old[identity] != new[identity]:
                change = "changed"
            else:
                continue
            yield PlanChange(section=section, id=identity, change=change)
    for section in ("escalations", "grouping", "operators", "time_zone"):
        if getattr(before, section) != getattr(after, section):
            yield PlanChange(section=section, id=section, change="changed")


def needs_restart(before: Site, after: Site) -> PlanProblem | None:
    """Return what of a draft cannot be changed while the hub runs, if anything."""
    touched = [name for name in RESTART_ONLY if getattr(before, name) != getattr(after, name)]
    if not touched:
        return None
    names = " and ".join(touched)
    return PlanProblem(
        what=f"{names} cannot change while the hub runs: the picture is built on them",
        fix="change them in the site's file and start the hub again",
    )


def edited(text: str, table: str, identity: Identifier, part: dict[str, Any] | None) -> str:
    """Return the file with one part put in place of the one of that id, or added; None removes it.

    Comments and all else stay as they are. Raises `SitePlanError` where it cannot be done.
    """
    if table not in EDITABLE:
        what = f"one edit cannot change a {table}"
        raise SitePlanError(what, fix=f"edit one of: {', '.join(EDITABLE)}")
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        what = f"the draft is no TOML: {error}"
        raise SitePlanError(what, fix="correct it, or begin again from the plan") from error
    found = document.get(table)
    parts = found if isinstance(found, AoT) else tomlkit.aot()
    place = next((n for n, one in enumerate(parts) if one.get("id") == identity), None)
    if part is None:
        if place is None:
            what = f"there is no {table} {identity}"
            raise SitePlanError(what, fix="it may be gone already: read the plan again")
        _remove(parts, place)
    elif place is None:
        _add(parts, part)
    else:
        _change(parts[place], part)
    document[table] = parts
    return tomlkit.dumps(document)


def _add(parts: AoT, part: dict[str, Any]) -> None:
    """Put a part behind the others of its kind, before whatever heads the next kind."""
    tail = _take_tail(parts[-1]) if len(parts) else []
    if len(parts):
        _end(parts[-1]).append((None, tomlkit.nl()))
    parts.append(_table(part))
    _end(parts[-1]).extend(tail)


def _change(table: Table, part: dict[str, Any]) -> None:
    """Set what differs; the rest of a part keeps its lines and their comments."""
    tail = _take_tail(table)
    said = _said(part)
    for name in [one for one in table if one not in said]:
        del table[name]
    for name, value in said.items():
        if name not in table or table[name].unwrap() != value:
            table[name] = tomlkit.item(value)
    _end(table).extend(tail)


def _remove(parts: AoT, place: int) -> None:
    """Take a part away. What stands behind it is about the next one, and stays."""
    tail = _take_tail(parts[place])
    del parts[place]
    if place > 0:
        _end(parts[place - 1]).extend(tail)


def _take_tail(table: Table) -> list[tuple[Any, Any]]:
    """Take the blank lines and comments off a part's end: the reader gives it all up to the next.

    They are the next part's, and what is added to this one comes before them.
    """
    end = _end(table)
    first = len(end)
    while first and end[first - 1][0] is None:
        first -= 1
    tail = end[first:]
    del end[first:]
    return tail


def _end(table: Table) -> list[tuple[Any, Any]]:
    """Return the lines of a part, or of the last part within it."""
    body = table.value.body
    last = body[-1][1] if body else None
    if isinstance(last, AoT) and len(last):
        last = last[-1]
    return _end(last) if isinstance(last, Table) else body


def parts_of(site: Site) -> dict[str, list[dict[str, Any]]]:
    """Return the editable parts of a plan as plain words and numbers, without what is default."""
    plain = {
        "rule": site.rules,
        "playbook": site.playbooks,
        "zone": site.zones,
        "tripwire": site.tripwires,
        "escalation": site.escalations,
    }
    return {table: [_plain(part) for part in parts] for table, parts in plain.items()}


def _plain(part: msgspec.Struct) -> dict[str, Any]:
    """Return a part without the settings that are as they would be anyway."""
    whole: dict[str, Any] = msgspec.to_builtins(part)
    defaults = {
        field.encode_name: msgspec.to_builtins(field.default)
        for field in msgspec.structs.fields(part)
        if field.default is not msgspec.NODEFAULT
    }
    empty: tuple[Any, ...] = ([], {}, None)
    return {
        name: value
        for name, value in whole.items()
        if not (name in defaults and defaults[name] == value) and value not in empty
    }


def _table(part: dict[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in _said(part).items():
        table[name] = tomlkit.item(value)
    return table


def _said(value: Any) -> Any:
    """Return a part without what is None: TOML has no word for it."""
    if isinstance(value, dict):
        return {name: _said(one) for name, one in value.items() if one is not None}
    return [_said(one) for one in value] if isinstance(value, list | tuple) else value
