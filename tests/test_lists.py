"""Lists in texts are read without evaluating anything, and no text breaks the reading."""

import ast
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tmdbdash.importing.datasets.list_cells import items_of, unpacked


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        ("rescue, mission", ["rescue", "mission"]),
        ("a, b|c, d", ["a, b", "c, d"]),
        ('"a, b", c', ["a, b", "c"]),
        ("'a, b', 'c'", ["a, b", "c"]),
        ("a\nb", ["a", "b"]),
        ("['a', None, 'b']", ["a", "b"]),
        ("['it\\'s' \"b\"]", ["it's", "b"]),
        ('{a,"b, c"}', ["a", "b, c"]),
        ("[1 2 3]", ["1", "2", "3"]),
        ("[[1, 2], [3]]", [1, 2, 3]),
        ("[{'id': 1, 'name': 'x'}]", [{"id": 1, "name": "x"}]),
        ("{'id': 1, 'name': 'x'}", [{"id": 1, "name": "x"}]),
        ("[{id=1, name=x, y}]", [{"id": "1", "name": "x, y"}]),
        (("a", "b"), ["a", "b"]),
        (5, [5]),
        ("", []),
        (None, []),
        (",,", []),
        ("__import__('os').abort()", ["__import__('os').abort()"]),
        ("[__import__('os').abort()]", ["__import__('os').abort()"]),
    ],
)
def test_a_list_gives_its_items(raw: object, items: list[object]) -> None:
    assert items_of(raw) == items


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("ab ,;|'\"\\[]{}é\n", min_size=1, max_size=8), max_size=5))
def test_json_and_python_lists_of_texts_come_back(names: list[str]) -> None:
    plain = [n for n in names if n.strip() and unpacked(n) == [n]]
    assert unpacked(json.dumps(plain)) == plain
    assert unpacked(str(plain)) == unpacked(ast.literal_eval(str(plain)))


@pytest.mark.parametrize(
    "raw",
    [
        *("[" * 200_000, "{" * 200_000, "[" * 100_000 + "]" * 100_000),
        *("(" * 100_000 + ")" * 100_000, "[" + "-" * 200_000 + "1]"),
        *("[" + " " * 200_000 + "]x]", "{" + "a" * 200_000 + "=]}", "a" + " " * 200_000 + "b"),
        *("'" * 200_001, "[" + "'a' " * 50_000 + "b]", "array([" + "]," * 100_000 + ")"),
        *("[" + "\\" * 200_001 + "]", '"' + '\\"' * 100_000 + '"', "[" + "9" * 200_000 + "]"),
        *("\0" * 1000, "[\0]", "\ud800", "[" + "x" * 1_100_000 + "]"),
    ],
)
def test_a_hostile_text_ends_in_a_list(raw: str) -> None:
    assert isinstance(items_of(raw), list)


def test_a_list_too_deep_is_one_item() -> None:
    deep: object = "Drama"
    for _ in range(50):
        deep = [deep]
    (item,) = unpacked(deep)
    assert isinstance(item, list)
