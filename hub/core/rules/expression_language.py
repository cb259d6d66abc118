"""The language of a site's own conditions: a part of the Common Expression Language (cel.dev).

What is allowed here always ends, and soon: no loops (CEL's `all`, `exists`, `map`, `filter` over
lists can be nested until one evaluation takes hours), nothing that asks a clock, a bound on the
length and the depth. What is left is read once from front to back, whatever a site writes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import accumulate
from typing import Final, NamedTuple

import cel

Scalar = float | bool | str
Variables = Mapping[str, Mapping[str, Scalar]]
"""What an expression is about: `zone`, `site`, ... and what is known of each."""

# Somebody has to be able to read it; a person's own brackets are rarely five deep.
DEPTH_MAX: Final = 20

VOCABULARY: Final[dict[str, dict[str, Scalar]]] = {
    "site": {
        "hour": 22.0,  # Of the site's own time; 0 to 23.
        "minute": 30.0,
        "weekday": "friday",
        "posture": "normal",
        "tracks": 30.0,  # Everything that is followed now.
        "persons": 25.0,
        "vehicles": 2.0,
        "bicycles": 1.0,
        "drones": 1.0,
        "silent_sensors": 1.0,
    },
    "zone": {
        "id": "stage",
        "name": "Stage",
        "purpose": "public",
        "posture": "normal",
        "area_m2": 400.0,
        "persons": 40.0,  # As the crowd field has it: also those who cannot be told apart.
        "density": 2.5,  # Persons per square metre.
        "density_max": 4.0,  # Of its densest cell.
        "pressure": 0.01,  # 1/s^2.
        "flow_mps": 0.8,  # How fast the people in it move together,
        "flow_deg": 90.0,  # and whereto, clockwise from north.
        "tracks": 30.0,
        "vehicles": 2.0,
        "bicycles": 1.0,
        "drones": 1.0,
        "bags": 1.0,
        "animals": 1.0,
        "fastest_mps": 4.0,  # Of all tracks in it.
        "seen": 0.9,  # Share of its ground that a sensor sees.
        "doubly_seen": 0.5,
    },
    "track": {
        "label": "person",
        "speed_mps": 1.3,
        "heading_deg": 90.0,  # Clockwise from north.
        "east_m": 10.0,
        "north_m": 20.0,
        "sigma_m": 0.5,
        "coasting": False,  # Nobody sees it at the moment.
        "claimed": False,  # It says who it is, and sensors agree.
    },
    "sensor": {
        "id": "cam-01",
        "kind": "camera",
        "delay_s": 0.1,  # Observation to arrival, smoothed; 0 where it sends no scans.
        "silent": False,
        "faults": 1.0,
        "calibration": "steady",  # "" where it has none.
        "displaced_m": 0.5,
        "turned_deg": 0.5,
    },
}
"""Every variable, with a value that it may have. Numbers are doubles: write 2.0 in sums."""

ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "site": ("site",),
    "zone": ("zone", "site"),
    "track": ("track", "site"),
    "sensor": ("sensor", "site"),
}
"""What an expression may speak of, by what it is judged per."""

FUNCTIONS: Final = frozenset({"double", "int", "string", "size"})
METHODS: Final = frozenset({"startsWith", "endsWith", "contains", "size"})
_WORDS: Final = frozenset({"true", "false", "in"})

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||[<>=!]=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE,
)
_SYNTAX: Final = re.compile(
    r"<input>:(?P<line>\d+):(?P<column>\d+): (?:Syntax error: )?(?P<what>.*)"
)


class Fault(NamedTuple):
    """What is wrong with an expression, and what to do."""

    what: str
    fix: str


class Token(NamedTuple):
    """A word or sign, and where it stands."""

    kind: str
    text: str
    at: int


class ExpressionError(Exception):
    """An expression has no value for what is so now: it divides by zero, say."""


class Expression:
    """An expression without a fault, ready to be asked."""

    def __init__(self, text: str) -> None:
        tokens = _tokens(text)
        self.used: Mapping[str, tuple[str, ...]] = {
            root: tuple(sorted({field for of, field in _paths(tokens) if of == root}))
            for root in VOCABULARY
        }
        self._program = cel.compile(text)

    def holds(self, variables: Variables) -> bool:
        """Return whether it is true of these, or raise `ExpressionError`."""
        try:
            # Every value that is handed over costs a conversion: only those that are asked for.
            return (
                self._program.execute(
                    {
                        root: {field: variables[root][field] for field in fields}
                        for root, fields in self.used.items()
                        if fields
                    }
                )
                is True
            )
        except (ValueError, TypeError, ArithmeticError, LookupError, RuntimeError) as error:
            raise ExpressionError(_short(error)) from error


def faults_of(text: str, per: str, *, has_zone: bool) -> Iterator[Fault]:
    """Yield what is wrong with an expression that is judged per zone, track, sensor or site."""
    tokens = _tokens(text)
    roots = (*ROOTS[per], "zone") if has_zone and per != "zone" else ROOTS[per]
    faults = [*_strays(tokens), *_misnamed(tokens, roots)] or [*_unsound(text, tokens)]
    yield from faults


# --- Words ------------------------------------------------------------------------------------


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        kind, found = (match.lastgroup or "", match.group()) if match else ("stray", text[at])
        if kind != "space":
            tokens.append(Token(kind, found, at))
        at += len(found)
    return tokens


def _strays(tokens: Sequence[Token]) -> Iterator[Fault]:
    """Yield what has no place here, and brackets that are too deep."""
    depth = 0
    for number, token in enumerate(tokens):
        if token.kind == "stray":
            what = f"{token.text!r} at character {token.at + 1} has no meaning here"
            yield Fault(what, "use comparisons, &&, || and !, sums, brackets and quoted words")
            return
        if token.text == "/" and tokens[number + 1 : number + 2] == [("sign", "/", token.at + 1)]:
            yield Fault("it has a comment", "write it above the line, after a #")
            return
        depth += (token.text in "([") - (token.text in ")]")
        if depth > DEPTH_MAX:
            yield Fault(f"its brackets are more than {DEPTH_MAX} deep", "write it as two rules")
            return


def _paths(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield each (root, field) that is asked for."""
    for number, token in enumerate(tokens):
        if token.kind == "name" and token.text in VOCABULARY and not _follows_dot(tokens, number):
            dot, field = _text(tokens, number + 1), _text(tokens, number + 2)
            if dot == "." and field in VOCABULARY[token.text]:
                yield token.text, field


def _misnamed(tokens: Sequence[Token], roots: Sequence[str]) -> Iterator[Fault]:
    """Yield names that mean nothing here."""
    for number, token in enumerate(tokens):
        if token.kind != "name" or token.text in _WORDS:
            continue
        before, is_call = _text(tokens, number - 1), _text(tokens, number + 1) == "("
        if before == "." and number and _text(tokens, number - 2) in VOCABULARY:
            continue  # A field: judged with its root.
        if is_call:
            allowed = METHODS if before == "." else FUNCTIONS
            if token.text not in allowed:
                fix = f"the functions are: {', '.join(sorted(allowed))}"
                yield Fault(f"there is no function {token.text!r}", fix)
        elif token.text not in roots:
            yield _no_such(token.text, roots)
        else:
            yield from _field(token.text, tokens, number)


def _field(root: str, tokens: Sequence[Token], number: int) -> Iterator[Fault]:
    fields, field = VOCABULARY[root], _text(tokens, number + 2)
    if _text(tokens, number + 1) != ".":
        yield Fault(f"{root!r} alone is no value", f"ask for {root}.{next(iter(fields))}, say")
    elif field not in fields:
        close = get_close_matches(field, fields, n=1)
        fix = f"did you mean {root}.{close[0]}?" if close else f"it has: {', '.join(fields)}"
        yield Fault(f"a {root} has no {field!r}", fix)


def _no_such(name: str, roots: Sequence[str]) -> Fault:
    close = get_close_matches(name, roots, n=1)
    if name in VOCABULARY:
        return Fault(f"there is no {name} here", f"here are: {', '.join(roots)}")
    fix = f"did you mean {close[0]}?" if close else f"begin with one of: {', '.join(roots)}"
    return Fault(f"{name!r} is unknown", fix)


def _text(tokens: Sequence[Token], number: int) -> str:
    return tokens[number].text if 0 <= number < len(tokens) else ""


def _follows_dot(tokens: Sequence[Token], number: int) -> bool:
    return _text(tokens, number - 1) == "."


# --- Sense ------------------------------------------------------------------------------------


def _unsound(text: str, tokens: Sequence[Token]) -> Iterator[Fault]:
    """Yield why it does not parse, or that it is not true or false of an example."""
    try:
        whole = Expression(text)
    except ValueError as error:
        yield _syntax(error)
        return
    for part in _leaves(text, tokens):
        try:
            cel.compile(part).execute(VOCABULARY)
        except TypeError as error:
            yield Fault(f"{part.strip()!r} mixes what does not go together", _mixed(error))
            return
        except (ValueError, ArithmeticError, LookupError, RuntimeError):
            continue  # What depends on the numbers shows when it is judged.
    try:
        value = whole._program.execute(VOCABULARY)  # noqa: SLF001 - the same module.
    except (ValueError, TypeError, ArithmeticError, LookupError, RuntimeError):
        return
    if not isinstance(value, bool):
        yield Fault(f"it is {value!r} and not true or false", "compare it with something")


def _leaves(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Yield what stands between &&, || and !, so that none hides behind another's value."""
    parts, depth, start = [], 0, 0
    for number, token in enumerate(tokens):
        if token.text in ("&&", "||", "?", ":") and depth == 0:
            parts.append(tokens[start:number])
            start = number + 1
        depth += (token.text in "([") - (token.text in ")]") if token.kind == "sign" else 0
    if parts:
        for part in (*parts, tokens[start:]):
            yield from _leaves(text, part)
    elif tokens[0].text == "!" and _is_wrapped(tokens[1:]):
        yield from _leaves(text, tokens[1:])
    elif _is_wrapped(tokens):
        yield from _leaves(text, tokens[1:-1])
    else:
        yield text[tokens[0].at : tokens[-1].at + len(tokens[-1].text)]


def _is_wrapped(tokens: Sequence[Token]) -> bool:
    """Return whether one pair of brackets holds all of it: what parses has as many of each."""
    depths = accumulate((token.text == "(") - (token.text == ")") for token in tokens)
    first = next(number for number, depth in enumerate(depths) if depth == 0)
    return tokens[0].text == "(" and first == len(tokens) - 1


def _syntax(error: ValueError) -> Fault:
    found = _SYNTAX.search(str(error))
    if found is None:
        return Fault(_short(error), "correct it")
    what = found["what"].split(" expecting ")[0].replace("'<EOF>'", "its end")
    return Fault(f"{what} at character {found['column']} of line {found['line']}", "correct it")


def _mixed(error: TypeError) -> str:
    if "float" in str(error) and "int" in str(error):
        return "numbers are doubles here: write 2.0 and not 2"
    return "compare numbers with numbers, and words with words in quotes"


def _short(error: Exception) -> str:
    """Return the first sentence of a complaint."""
    return str(error).partition("\n")[0].partition(". ")[0].partition(" — ")[0][:120]
