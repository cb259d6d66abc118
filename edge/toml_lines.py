"""Find the line of a TOML text that a message is about."""


def line_of(text: str, where: str) -> int:
    """Return the line of a dotted path, or of the deepest part of it that the file names."""
    lines = text.splitlines()
    line, start = 1, 0
    for part in where.split("."):
        key, _, index = part.partition("[")
        for number in range(start, len(lines)):
            stripped = lines[number].split("#")[0].strip()
            if stripped.startswith(f"[{key}]") or stripped.split("=")[0].strip() == key:
                line, start = number + 1, number
                break
        if index.rstrip("]").isdecimal():
            line = start = _line_of_item(lines, line, int(index.rstrip("]")))
    return line


def _line_of_item(lines: list[str], line: int, index: int) -> int:
    """Return the line of an inline table of a list that begins at a line."""
    seen = -1
    for number in range(line - 1, len(lines)):
        seen += lines[number].count("{")
        if seen >= index:
            return number + 1
    return line
