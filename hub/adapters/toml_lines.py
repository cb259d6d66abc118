"""On which line each value of a TOML text stands: tomllib does not say."""

import re

Path = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRINGS = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\'', re.DOTALL
)
# A number, a date or a word ends where something else begins.
_SCALAR = re.compile(r"[^,\]}\n#]+")


def lines_of(text: str) -> dict[Path, int]:
    """Return the line of each table, key and element of a text that tomllib accepts."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}  # Of the tables in each array of tables.

    def scan(self) -> dict[Path, int]:
        """Walk over the whole text, header by header and key by key."""
        table: Path = ()
        while self._skip_space():
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _skip_space(self) -> bool:
        """Move to the next thing that means something; return whether there is one."""
        match = _SPACE.match(self._text, self._at)
        assert match is not None
        self._at = match.end()
        return self._at < len(self._text)

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _header(self) -> Path:
        line = self._line()
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        keys = self._keys()
        self._at += 2 if is_array else 1
        table = self._resolve(keys[:-1]) + keys[-1:]
        if is_array:
            number = self._counts.get(table, 0)
            self._counts[table] = number + 1
            self._lines.setdefault(table, line)
            table += (number,)
        else:
            table = self._resolve_last(table)
        self._lines.setdefault(table, line)
        return table

    def _resolve(self, keys: Path) -> Path:
        """Return where dotted keys lead: through an array of tables to its last table."""
        table: Path = ()
        for key in keys:
            table = self._resolve_last((*table, key))
        return table

    def _resolve_last(self, table: Path) -> Path:
        count = self._counts.get(table)
        return table if count is None else (*table, count - 1)

    def _keys(self) -> Path:
        """Read a dotted key and stop behind it."""
        keys: list[str] = []
        while True:
            self._skip_space()
            keys.append(self._key())
            self._skip_space()
            if not self._text.startswith(".", self._at):
                return tuple(keys)
            self._at += 1

    def _key(self) -> str:
        match = _BARE_KEY.match(self._text, self._at)
        if match is None:
            match = _STRINGS.match(self._text, self._at)
            assert match is not None, "tomllib accepted the text"
        self._at = match.end()
        return match.group().strip("\"'")

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._lines.setdefault(path, line)
        self._at += 1  # The equals sign.
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_space()
        self._lines.setdefault(path, self._line())
        first = self._text[self._at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            match = (_STRINGS if first in "\"'" else _SCALAR).match(self._text, self._at)
            assert match is not None, "tomllib accepted the text"
            self._at = match.end()

    def _array(self, path: Path) -> None:
        self._at += 1
        number = 0
        while not self._ends_with("]"):
            self._value((*path, number))
            number += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while not self._ends_with("}"):
            self._pair(path)

    def _ends_with(self, closing: str) -> bool:
        """Skip space and a comma; step over the closing bracket if that is what comes."""
        self._skip_space()
        if self._text[self._at] == ",":
            self._at += 1
            self._skip_space()
        if self._text[self._at] != closing:
            return False
        self._at += 1
        return True
