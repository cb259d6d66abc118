"""The house rules that a machine can check: from a path and a text to complaints."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import PurePosixPath

MODULE_LINES_MAX = 500
# A test file mirrors its module, and says a sentence for each thing that the module does.
TEST_LINES_MAX = 1_000
FUNCTION_LINES_MAX = 70

# --- The checks -----------------------------------------------------------------------------


def without_docstring(path: str, text: str) -> list[str]:
    """A module says in its first line what it is for."""
    return [] if ast.get_docstring(ast.parse(text, path)) else ["1: no docstring"]


def too_long(path: str, text: str) -> list[str]:
    """A module of 500 lines is two modules."""
    count = len(text.splitlines())
    count_max = TEST_LINES_MAX if path.startswith("tests/") else MODULE_LINES_MAX
    return [f"{count}: more than {count_max} lines"] if count > count_max else []


def long_functions(path: str, text: str) -> list[str]:
    """A function of 70 lines, its docstring not counted, is two functions."""
    return [
        f"{node.lineno}: {node.name} has {lines_of(node)} lines"
        for node in ast.walk(ast.parse(text, path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and lines_of(node) > FUNCTION_LINES_MAX
    ]


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    assert node.end_lineno is not None
    count = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node, clean=False) is None:
        return count
    docstring = node.body[0]
    assert docstring.end_lineno is not None
    return count - (docstring.end_lineno - docstring.lineno + 1)


NAMELESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "base",
    "data",
    "info",
}


def nameless(path: str, text: str) -> list[str]:  # noqa: ARG001 - as every check.
    """A file is named after the thing in it."""
    last = re.split(r"[._-]", PurePosixPath(path).stem.lower())[-1]
    return [f"1: {last} says nothing"] if last in NAMELESS else []


UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def unfinished(path: str, text: str) -> list[str]:  # noqa: ARG001 - as every check.
    """What is not done is not in the tree."""
    return [
        f"{number}: {found[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        if (found := UNFINISHED.search(line))
    ]


def prints(path: str, text: str) -> list[str]:
    """Only commands, scripts and benchmarks print; and a module that is run as a program."""
    tree = ast.parse(text, path)
    tree.body = [node for node in tree.body if not is_run_as_a_program(node)]
    return [f"{node.lineno}: print" for node in calls(tree) if name_of(node.func) == "print"]


def is_run_as_a_program(node: ast.stmt) -> bool:
    """Return whether this is `if __name__ == "__main__"`."""
    return isinstance(node, ast.If) and "__name__" in names_in(node.test)


IMPURE = {
    "asyncio",
    "datetime",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
    "uuid",
}
IMPURE_CALLS = {"open", "input", "print", "exec", "eval", "numpy.random", "np.random"}


def impure(path: str, text: str) -> list[str]:
    """Core and wire: no I/O, clock, randomness, logging, await."""
    tree = ast.parse(text, path)
    found = [
        f"{line}: imports {name}" for line, name in imports(tree) if name.split(".")[0] in IMPURE
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            found.append(f"{node.lineno}: waits")
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.append(f"{node.lineno}: keeps state outside its arguments")
        elif isinstance(node, ast.Call) and name_of(node.func) in IMPURE_CALLS:
            found.append(f"{node.lineno}: {name_of(node.func)}")
        elif isinstance(node, ast.Attribute) and name_of(node) in IMPURE_CALLS:
            found.append(f"{node.lineno}: {name_of(node)}")
    return found


def broad_catches(path: str, text: str) -> list[str]:
    """The narrowest error, at the place that can do something. Who tidies up and raises it again
    catches nothing.
    """
    return [
        f"{node.lineno}: catches everything"
        for node in ast.walk(ast.parse(text, path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & names_in(node.type))
        and not is_raised_again(node)
    ]


def is_raised_again(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler ends in a bare `raise`."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


REASONED = re.compile(r"# noqa: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)* +(-{1,2}|#) \S")
CODED = re.compile(r"# type: ignore\[[a-z-]+(, ?[a-z-]+)*\]")


def silent_exemptions(path: str, text: str) -> list[str]:  # noqa: ARG001 - as every check.
    """An ignored lint or type names its code; a lint also says why."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        comment = token.string
        if token.type != tokenize.COMMENT:
            continue
        if "noqa" in comment and not REASONED.search(comment):
            found.append(f"{token.start[0]}: {comment}")
        if "type: ignore" in comment and not CODED.search(comment):
            found.append(f"{token.start[0]}: {comment}")
    return found


MACHINE = re.compile(r"""(?<![\w.])/(home|root|Users|work)/[\w.]|[A-Z]:\\Users\\""")
REGISTRY = re.compile(
    r"https?://[^/\s\"']*(registry|artifactory|nexus|pypi|mirror|npmjs)[^/\s\"']*", re.IGNORECASE
)


def tied_to_a_machine(path: str, text: str) -> list[str]:
    """Nothing in the tree knows where it was made, or where packages come from."""
    found = [
        f"{number}: {match[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for match in (MACHINE.search(line), REGISTRY.search(line))
        if match
    ]
    if PurePosixPath(path).name == "package-lock.json" and '"resolved"' in text:
        found.append("1: records where packages were fetched")
    return found


# The glossary's "not" column, as far as a word is never right as the name of a thing of ours.
BANNED = {
    "effector": "actuator",
    "event": "message, detection, cue or condition",
    "events": "messages, detections, cues or conditions",
    "facility": "site",
    "geofence": "zone",
    "ghost": "clutter",
    "gps": "wgs84",
    "roi": "zone",
    "snooze": "shelve",
    "snoozed": "shelved",
    "venue": "site",
    "workflow": "playbook",
    "xyz": "enu",
}


def banned_words(path: str, text: str) -> list[str]:
    """The code uses the glossary's words and no others."""
    defined = [(1, PurePosixPath(path).stem)]
    for node in ast.walk(ast.parse(text, path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            defined.append((node.lineno, node.name))
        elif isinstance(node, ast.arg):
            defined.append((node.lineno, node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.append((node.lineno, node.id))
    return [
        f"{line}: {name}: say {BANNED[word]}, not {word}"
        for line, name in defined
        for word in words_of(name)
        if word in BANNED
    ]


def sleeps(path: str, text: str) -> list[str]:
    """A test waits for a condition, not for a while: it sleeps only between two looks at it."""
    tree = ast.parse(text, path)
    loops = [
        node for node in ast.walk(tree) if isinstance(node, ast.While | ast.For | ast.AsyncFor)
    ]
    between_looks = {call for loop in loops for call in calls(loop)}
    return [
        f"{node.lineno}: sleeps"
        for node in calls(tree)
        if name_of(node.func) in {"time.sleep", "asyncio.sleep", "sleep"}
        and node not in between_looks
        and not (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0)
    ]


# --- What the checks read -------------------------------------------------------------------


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield every call."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(node: ast.expr) -> str:
    """Return `a.b` of a name or an attribute."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def names_in(node: ast.expr) -> set[str]:
    """Return every name that an expression mentions."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.lineno, node.module


def words_of(name: str) -> list[str]:
    """Return the words of a name, however they are joined."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
