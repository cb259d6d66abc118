"""Reads site.toml: every mistake in it has its file, its line, what was expected and what to do."""

import re
import tomllib
import types
import typing
from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import msgspec.structs

from hub.adapters.site_checks import problems_of
from hub.adapters.time_zones import names, offsets_of
from hub.adapters.toml_lines import lines_of
from hub.core.site import Plan, Site
from hub.errors import SitePlanError

# A plan of a whole city quarter has some hundred kilobytes.
SIZE_MAX = 4 * 1024 * 1024

PLURALS = {
    "ground": "ground",
    "building": "buildings",
    "zone": "zones",
    "tripwire": "tripwires",
    "sensor": "sensors",
    "actuator": "actuators",
    "rule": "rules",
    "playbook": "playbooks",
    "team": "teams",
    "escalation": "escalations",
}
"""The file's tables, one [[zone]] each, and what `Site` calls them together."""

HEAD = ("id", "name", "origin", "bounds", "time_zone", "operators", "grouping")
"""What stands in the file's [site]."""

_SINGULARS = {plural: singular for singular, plural in PLURALS.items()}
_LOCATED = re.compile(
    r"(?P<what>.*?) - at `(?P<path>[^`]*)`(?: in `(?P<within>[^`]*)`)?", re.DOTALL
)
_STEPS = re.compile(r"\.(\w+)|\[(\d+)\]")
_TOML_LINE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)")
_LENGTH = re.compile(r"[Ee]xpected array of length (?P<bound>[<>=]+) ?(?P<count>\d+)")

_SHAPES = {
    "start": "write the time of day, in the site's own time zone, as 23:30",
    "end": "write the time of day as 23:30",
}

FilePath = tuple[str | int, ...]
"""Where something is, in the file's words: ("zone", 2, "polygon")."""


def load_site(path: Path) -> Site:
    """Return the plan in a file, or raise `SitePlanError`."""
    return read_site(load_text(path), path)


def load_text(path: Path) -> str:
    """Return what stands in a plan's file, or raise `SitePlanError`."""
    try:
        with path.open("rb") as stream:
            octets = stream.read(SIZE_MAX + 1)
    except OSError as error:
        what = f"the site's plan {path} cannot be read: {error.strerror}"
        raise SitePlanError(what, fix="name the site.toml of your site") from error
    if len(octets) > SIZE_MAX:
        what = f"the site's plan {path} has more than {SIZE_MAX} bytes"
        raise SitePlanError(what, fix="name the site.toml of your site")
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise _error(path, line, "", "it is not UTF-8", "save it as UTF-8") from error


def read_site(text: str, path: Path) -> Site:
    """Return the plan in a text; `path` names it in errors."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(text, path, str(error)) from error
    lines = lines_of(text)
    unknown = [key for key in document if key != "site" and key not in PLURALS]
    if unknown:
        tables = ["[site]", *(f"[[{singular}]]" for singular in PLURALS)]
        fix = _suggestion(unknown[0], ["site", *PLURALS]) or f"the tables are {', '.join(tables)}"
        raise _error(path, lines[unknown[0],], unknown[0], "no table of a plan has this name", fix)
    try:
        site = msgspec.convert(_as_site(document), Site)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), document, lines, path) from error
    site = _timed(site, lines, path)
    problems = list(problems_of(site))
    if problems:
        first = problems[0]
        where = _in_file(first.path)
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise _error(path, _line(where, lines), _words(where), first.what + more, first.fix)
    return site


def _as_site(document: dict[str, Any]) -> dict[str, Any]:
    """Return the file's tables in the shape of `Site`."""
    head = document.get("site", {})
    if not isinstance(head, dict):
        head = {}
    parts = {plural: document[name] for name, plural in PLURALS.items() if name in document}
    strays = {f"site.{key}": value for key, value in head.items() if key not in HEAD}
    if "playbooks" in parts:
        parts["playbooks"] = _with_commands(parts["playbooks"])
    return {key: value for key, value in head.items() if key in HEAD} | strays | parts


def _with_commands(playbooks: Any) -> Any:
    """Return the playbooks with every step that does not say what it is made a command."""
    if not isinstance(playbooks, list):
        return playbooks
    return [
        {**one, "steps": [_command(step) for step in one["steps"]]}
        if isinstance(one, dict) and isinstance(one.get("steps"), list)
        else one
        for one in playbooks
    ]


def _command(step: Any) -> Any:
    return {"do": "command", **step} if isinstance(step, dict) else step


def _timed(site: Site, lines: dict[FilePath, int], path: Path) -> Site:
    """Return the plan with its time zone worked out."""
    try:
        return msgspec.structs.replace(site, offsets=offsets_of(site.time_zone))
    except KeyError as error:
        where = ("site", "time_zone")
        what = f"there is no time zone {site.time_zone!r}"
        fix = _suggestion(site.time_zone, names()) or "write it as Europe/Amsterdam"
        raise _error(path, _line(where, lines), _words(where), what, fix) from error


# --- What went wrong, in words ----------------------------------------------------------------


def _syntax(text: str, path: Path, reason: str) -> SitePlanError:
    match = _TOML_LINE.fullmatch(reason)
    what = (match["what"] if match else reason).rstrip(".")
    line = int(match["line"]) if match and match["line"] else text.count("\n") + 1
    fix = "correct the line; text stands in quotes, a table begins with [[zone]]"
    return _error(path, line, "", what[:1].lower() + what[1:], fix)


def _invalid(
    reason: str, document: dict[str, Any], lines: dict[FilePath, int], path: Path
) -> SitePlanError:
    located = _LOCATED.fullmatch(reason)
    steps = _steps(located["within"] or located["path"]) if located else ()
    what = (located["what"] if located else reason).replace("`", "")
    where = _in_file(steps)
    if "unknown field" in what:
        name = what.rpartition("field ")[2].removeprefix("site.")
        where = (*(where or ("site",)), name)
        fix = _suggestion(name, _all_fields()) or "leave it out: a plan is closed"
        return _error(path, _line(where, lines), _words(where), "there is no such word", fix)
    if "missing required field" in what:
        name = what.rpartition("field ")[2]
        where = where or ("site",)
        fix = f"add {name} = …"
        return _error(path, _line(where, lines), _words(where), f"{name} is missing", fix)
    text = _expected(what, _value(document, where), where)
    return _error(path, _line(where, lines), _words(where), text, _advice(what, steps, where))


def _advice(what: str, steps: FilePath, where: FilePath) -> str:
    allowed = _allowed(steps)
    if allowed:
        return f"use one of: {', '.join(allowed)}"
    if len(where) == 1 and "expected array" in what.lower():
        return f"write [[{where[0]}]], with two brackets, once for each"
    if "matching regex" in what:
        return _SHAPES.get(str(where[-1]), "use a-z, 0-9, - and _, at most 48 of them")
    return "correct the value"


def _expected(what: str, value: object, where: FilePath) -> str:
    """Return msgspec's complaint with what was found instead."""
    length = _LENGTH.match(what)
    if length and isinstance(value, list):
        noun = "points" if where[-1:] == ("polygon",) else "entries"
        bound = {">=": "at least ", "<=": "at most "}.get(length["bound"], "")
        return f"expected {bound}{length['count']} {noun}, got {len(value)}"
    text = what[:1].lower() + what[1:]
    if "matching regex" in text:
        return f"{value!r} cannot stand here"
    if ", got" in text or "nvalid" in text or isinstance(value, dict | list | None):
        return text
    return f"{text}, got {value!r}"


def _error(path: Path, line: int, where: str, what: str, fix: str) -> SitePlanError:
    place = f"{path} line {line}: {where}: " if where else f"{path} line {line}: "
    return SitePlanError(place + what, fix=fix)


def _suggestion(word: str, words: typing.Iterable[str]) -> str:
    close = get_close_matches(word, list(words), n=1)
    return f"did you mean {close[0]}?" if close else ""


# --- Where it went wrong ----------------------------------------------------------------------


def _steps(path: str) -> FilePath:
    """Take msgspec's `$.zones[2].polygon` apart."""
    return tuple(name or int(number) for name, number in _STEPS.findall(path))


def _in_file(steps: FilePath) -> FilePath:
    """Return the same place in the words of the file."""
    if not steps:
        return ()
    first = steps[0]
    if first in _SINGULARS:
        return (_SINGULARS[str(first)], *steps[1:])
    return ("site", *steps)


def _words(where: FilePath) -> str:
    text = ""
    for step in where:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _line(where: FilePath, lines: dict[FilePath, int]) -> int:
    """Return the line of the place, or of the nearest thing around it."""
    while where and where not in lines:
        where = where[:-1]
    return lines.get(where, 1)


def _value(document: dict[str, Any], where: FilePath) -> object:
    value: Any = document
    for step in where:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


# --- What may stand there ---------------------------------------------------------------------


def _all_fields() -> list[str]:
    return sorted(
        {field for plan in _plans(Plan) for field in plan.__struct_fields__}
        - {*_SINGULARS, "offsets"}
    )


def _plans(plan: type[Plan]) -> Iterator[type[Plan]]:
    for part in plan.__subclasses__():
        yield part
        yield from _plans(part)


def _allowed(steps: FilePath) -> list[str]:
    """Return the words that may stand at a place, if it takes one of a few words."""
    kinds: list[Any] = [Site]
    for step in steps:
        kinds = [inner for kind in kinds for inner in _inside(kind, step)]
    kinds = [
        typing.get_args(kind)[0] if typing.get_origin(kind) is dict else kind for kind in kinds
    ]
    words = [word.value for kind in kinds if _is_words(kind) for word in kind]
    return sorted(set(words))


def _is_words(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _inside(kind: Any, step: str | int) -> list[Any]:
    """Return the types that may stand one step further inside."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        config = kind.__struct_config__
        if step == config.tag_field and isinstance(config.tag, str):
            return [StrEnum("Tag", {config.tag: config.tag})]
        hint = typing.get_type_hints(kind).get(str(step))
        return _alternatives(hint) if isinstance(step, str) and hint else []
    arguments = [argument for argument in typing.get_args(kind) if argument is not Ellipsis]
    is_entry = typing.get_origin(kind) is tuple and isinstance(step, int)
    return (
        [inner for argument in arguments for inner in _alternatives(argument)] if is_entry else []
    )


def _alternatives(kind: Any) -> list[Any]:
    if isinstance(kind, types.UnionType):
        return list(typing.get_args(kind))
    return [kind]
