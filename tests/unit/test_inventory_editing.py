"""Entries in and out of YAML files, with the rest as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod import documents
from netmod.errors import InputError
from netmod.inventory import with_entries, without_entries

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
VALUES = st.recursive(
    st.integers(-(10**6), 10**6) | st.booleans() | st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def parsed(text: str) -> Any:
    return documents.parse(text, path=Path("x.yaml"), name="x.yaml").data


@pytest.mark.parametrize(
    ("text", "under", "becomes"),
    [
        ("# all\na: 1 # one", None, "# all\na: 1 # one\nnew: {b: 2}\n"),
        ("# none\n{}\n", None, "# none\nnew: {b: 2}\n"),
        ("a:\n  x: 1\n\n# next\nb:\n  y: 2\n", "a", "a:\n  x: 1\n  new: {b: 2}\n\n# next\nb:\n  y: 2\n"),
        ("a:\n  x: 1\nb:\n  y: 2\n", "b", "a:\n  x: 1\nb:\n  y: 2\n  new: {b: 2}\n"),
        ("a: {}\n# next\nb: {}\n", "a", "a:\n  new: {b: 2}\n# next\nb: {}\n"),
        ("b: {}\n", "a", "b: {}\na:\n  new: {b: 2}\n"),
    ],
)  # fmt: skip
def test_an_entry_is_added(text: str, under: str | None, becomes: str) -> None:
    assert with_entries(text, {"new": {"b": 2}}, name="x.yaml", under=under) == becomes


def test_dates_and_lists_read_back() -> None:
    entry = {"key": {"start": date(2026, 1, 1), "ports": [{"a": "1", "b": "0o7"}, "NO"]}}
    data = parsed(with_entries("", entry, name="x.yaml"))
    assert data == {"key": {"start": "2026-01-01", "ports": [{"a": "1", "b": "0o7"}, "NO"]}}


@pytest.mark.parametrize(
    ("text", "under", "message"),
    [
        ("new: 1\n", None, "x.yaml: new stands there already"),
        ("a:\n  new: 1\n", "a", "x.yaml: new stands there already"),
        ("{a: {x: 1}}\n", None, "x.yaml: cannot be added to in the form it has"),
        ("a: {x: 1}\n", "a", "x.yaml: cannot be added to in the form it has"),
        ("a:\n    x: 1\n", "a", "x.yaml: cannot be added to in the form it has"),
    ],
)
def test_nothing_is_written_over_and_nothing_is_guessed(
    text: str, under: str | None, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        with_entries(text, {"new": {"b": 2}}, name="x.yaml", under=under)
    assert str(caught.value.problems[0]).startswith(message)
    assert caught.value.hint


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=4), st.dictionaries(NAMES, VALUES, max_size=3))
def test_what_is_added_is_what_is_read(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Every other value keeps its value too, or the file is refused."""
    text = with_entries("", old, name="x.yaml")
    added = {f"{key}.new": value for key, value in new.items()}
    assert (parsed(with_entries(text, added, name="x.yaml")) or {}) == {**old, **added}


def test_entries_leave_with_their_comments() -> None:
    text = "# head\n\n# one\na:\n  x: 1\n  # within\n  y: 2\n\n# two\nb: 2\n# three\nc: 3\n"
    assert without_entries(text, lambda key: key in "ac") == "# head\n\n# two\nb: 2\n"
    assert without_entries(text, lambda key: False) == text
