import tomllib

from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.toml_lines import Path, lines_of

TEXT = '''\
# A comment with [brackets] and "quotes".
top = 1

[site]
name = "A # that is no comment"  # One that is.
'single' = 'x]'
a.b = 2
text = """
[[no.table]]
"""

[[zone]]
id = "one"
polygon = [
  [0, 0], [1, 0],  # Two on one line.
  [1, 1],
]

[[zone]]
id = "two"
inline = { kind = "x", list = [
  { a = 1 },
  { a = 2 },
] }

[[zone.parts]]
a = 1

[[zone.parts]]
a = 2
when = 2020-01-01T00:00:00Z
none = []
nothing = {}

[zone.more]
a = 3
'''


def test_every_value_has_its_line() -> None:
    lines = lines_of(TEXT)

    assert lines[("top",)] == 2
    assert lines[("site",)] == 4
    assert lines[("site", "name")] == 5
    assert lines[("site", "single")] == 6
    assert lines[("site", "a", "b")] == 7
    assert lines[("site", "text")] == 8
    assert lines[("zone",)] == 12
    assert lines[("zone", 0)] == 12
    assert lines[("zone", 0, "polygon", 1, 0)] == 15
    assert lines[("zone", 0, "polygon", 2)] == 16
    assert lines[("zone", 1)] == 19
    assert lines[("zone", 1, "inline", "list", 1, "a")] == 23
    assert lines[("zone", 1, "parts", 0, "a")] == 27
    assert lines[("zone", 1, "parts", 1)] == 29
    assert lines[("zone", 1, "parts", 1, "when")] == 31
    assert lines[("zone", 1, "more", "a")] == 36


def paths_of(value: object, path: Path = ()) -> list[Path]:
    """Return the path of everything in what tomllib read."""
    if isinstance(value, dict):
        return [
            p
            for key, inner in value.items()
            for p in ((*path, key), *paths_of(inner, (*path, key)))
        ]
    if isinstance(value, list):
        return [
            p for n, inner in enumerate(value) for p in ((*path, n), *paths_of(inner, (*path, n)))
        ]
    return []


def test_it_finds_exactly_what_tomllib_reads() -> None:
    assert set(lines_of(TEXT)) == set(paths_of(tomllib.loads(TEXT)))


words = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8)
quoted = words.map(lambda word: '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"')
spaces = st.sampled_from(["", " ", "\n", " # ] } , = note\n", "\n\n  "])
values = st.recursive(
    st.integers().map(str) | quoted | st.sampled_from(["true", "1.5e3", "1979-05-27", "'lit}'"]),
    lambda inner: st.lists(st.tuples(spaces, inner, spaces).map("".join)).map(
        lambda entries: "[" + ",".join(entries) + "]"
    ),
    max_leaves=8,
)


@given(st.lists(values, max_size=6))
def test_any_values_are_stepped_over(rows: list[str]) -> None:
    text = "".join(f"[[row]]\nvalue = {row}\nafter = 1\n" for row in rows)

    assert set(lines_of(text)) == set(paths_of(tomllib.loads(text)))
