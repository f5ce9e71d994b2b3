"""YAML with lines, hints, and all errors at once."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from netmod import documents
from netmod.errors import InputError


class Cable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    length: int = 1
    laid: date | None = None


Cables = dict[str, Cable]


def problems(tmp_path: Path, text: str, model: Any = Cables) -> list[str]:
    path = tmp_path / "cables.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        documents.load(path, model, root=tmp_path)
    return [f"{problem} | {problem.hint}" for problem in caught.value.problems]


def test_values_follow_yaml_1_2(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("country: NO\nswitch: on\nlist: [1, 2.5, true, null]\n", encoding="utf-8")
    assert documents.read(path).data == {
        "country": "NO",
        "switch": "on",
        "list": [1, 2.5, True, None],
    }


BAD = [
    ("unknown key", "a:\n  name: x\n  lenght: 3\n", ["cables.yaml:3: a.lenght: unknown key | did you mean 'length'?"]),
    ("missing", "a:\n  length: 3\n", ["cables.yaml:1: a.name: required, and missing | "]),
    ("a date that does not exist", "a:\n  name: x\n  laid: 2023-02-29\n", ["cables.yaml:3: a.laid: '2023-02-29' is not a date that exists | write it as YYYY-MM-DD"]),
    ("twice", "a: {name: x}\nb: {name: y}\na: {name: z}\n", ["cables.yaml:3: key 'a' stands twice | remove or rename one of the two"]),
    ("merge", "a: &x {name: x}\nb:\n  <<: *x\n", ["cables.yaml:3: merge key << is not allowed | use a Nornir group for what several entries share"]),
    ("tag", "a: !!python/object:os.system x\n", ["cables.yaml:1: tag tag:yaml.org,2002:python/object:os.system is not allowed | write the value"]),
    ("empty", "", ["cables.yaml:1: input should be a valid dictionary | "]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_problem(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert problems(tmp_path, text) == expected


def test_all_problems_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    found = problems(tmp_path, "a:\n  length: x\nb:\n  name: 1\n  colour: red\n")
    assert [line.split(": ")[0] for line in found] == [
        "cables.yaml:1",
        "cables.yaml:2",
        "cables.yaml:4",
        "cables.yaml:5",
    ]


@pytest.mark.parametrize(
    "text", ["a: {b\n", "a:\n\tb: 1\n", "a: *nowhere\n", "- a\nb: c\n", 'a: "x\n']
)
def test_what_is_no_yaml_has_a_line(tmp_path: Path, text: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith("cables.yaml:")
    assert "not valid YAML" in found


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe6\n")
    for name, message in (("absent.yaml", "file not found"), ("latin.yaml", "not UTF-8")):
        with pytest.raises(InputError, match=message):
            documents.read(tmp_path / name)


def test_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")
    assert documents.read(path).data == {"name": "x"}


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        documents.parse(text, path=Path("x"), name="x")
