"""Refused input, counted by who and what, for the health screen. Bounded and rate-limited."""

from wire.feed import RefusalView

# A health screen with more rows than this is a flood, not a list: the oldest row goes.
ROWS_MAX = 200
# A rogue sensor refused 10,000 times a second changes its row on the screens once a second.
SHOWN_EVERY_US = 1_000_000
LINE_MAX = 200
# The contract's largest count: a rogue sensor reaches it in a quarter of an hour.
COUNT_MAX = 10_000_000


class Refusals:
    """One row for each (source, code), with how often and when."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], RefusalView] = {}
        self._shown_us: dict[tuple[str, str], int] = {}
        self._changed: set[tuple[str, str]] = set()

    def add(self, source: str, code: str, text: str, fix: str, now_us: int) -> None:
        """Count one refusal."""
        key = (_line(source), code)
        row = self._rows.pop(key, None)  # The row moves to the end: the latest.
        self._rows[key] = RefusalView(
            source=key[0],
            code=code,
            text=_line(text),
            fix=_line(fix),
            count=1 if row is None else min(row.count + 1, COUNT_MAX),
            first_us=now_us if row is None else row.first_us,
            last_us=now_us,
        )
        self._changed.add(key)
        if len(self._rows) > ROWS_MAX:
            oldest = next(iter(self._rows))
            del self._rows[oldest]
            self._shown_us.pop(oldest, None)
            self._changed.discard(oldest)

    def count(self, source: str) -> int:
        """Return how often input of this source was refused."""
        return min(COUNT_MAX, sum(row.count for key, row in self._rows.items() if key[0] == source))

    def rows(self) -> tuple[RefusalView, ...]:
        """Return every row, the latest last."""
        return tuple(self._rows.values())

    def changed(self, now_us: int) -> tuple[RefusalView, ...]:
        """Return the rows that changed and may be shown again, and take them as shown."""
        due = [
            key
            for key in self._rows
            if key in self._changed
            and now_us - self._shown_us.get(key, -SHOWN_EVERY_US) >= SHOWN_EVERY_US
        ]
        for key in due:
            self._shown_us[key] = now_us
            self._changed.discard(key)
        return tuple(self._rows[key] for key in due)


def _line(text: str) -> str:
    clean = " ".join(text.split()) or "-"
    return clean if len(clean) <= LINE_MAX else clean[: LINE_MAX - 1] + "…"
