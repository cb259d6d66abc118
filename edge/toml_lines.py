"""Find the line of a TOML text that a message is about."""


def line_of(text: str, where: str) -> int:
    """Return the line of a dotted path, or of the deepest part of it that the file names."""
    lines = text.splitlines()
    line, start = 1, 0
    for part in where.split("."):
        key, _, index = part.partition("[")
        found = next((n for n in range(start, len(lines)) if _names(lines[n], key)), None)
        # What stands inside an inline table has no line of its own.
        if found is None:
            break
        line, start = found + 1, found
        if index.rstrip("]").isdecimal():
            line = _line_of_item(lines, found, int(index.rstrip("]")))
            start = line - 1
    return line


def _names(line: str, key: str) -> bool:
    """Return whether a line begins a section or a value of that name."""
    written = line.split("#", maxsplit=1)[0].strip()
    return bool(key) and (written.startswith(f"[{key}]") or written.split("=")[0].strip() == key)


def _line_of_item(lines: list[str], found: int, index: int) -> int:
    """Return the line of an inline table in a list; a list without any is on its own line."""
    seen = -1
    for number in range(found, len(lines)):
        seen += lines[number].count("{")
        if seen >= index:
            return number + 1
        if lines[number].rstrip().endswith("]"):
            break
    return found + 1
