"""Entries added to and left out of YAML files, with every other line and comment as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from netmod import documents
from netmod.errors import InputError, Problem

_KEY = re.compile(r"(?P<indent> *)(?P<key>[^\s#\-\[{][^:#]*):(?:\s|$)")
_LINE = 100
_EMPTY = re.compile(r":\s*\{\s*\}\s*$")


def with_entries(
    text: str, entries: Mapping[str, Any], *, name: str, under: str | None = None
) -> str:
    """`text`, a YAML mapping, with `entries` at the end of it, or of its mapping `under`.

    What stands in the file keeps its form. Raises `InputError` where an entry is there already,
    or where the file is written in a way that cannot be added to.
    """
    if not entries:
        return text
    before = _parsed(text, name)
    where = (before.get(under) or {}) if under else before
    for key in entries:
        if key in where:
            message = f"{key} stands there already"
            raise InputError([Problem(name, 0, message, "choose another name, or edit the file")])
    indent = "  " if under else ""
    block = "".join(indent + line for line in _written(entries).splitlines(keepends=True))
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if under is None:
        if not before:
            lines = [line for line in lines if line.strip() != "{}"]
        result = "".join(lines) + block
    else:
        result = _under(lines, under, block)
    expected = {**before, under: {**where, **entries}} if under else {**before, **entries}
    if not _reads_as(result, expected, name):
        hint = "write its mappings as one key a line, indented by two blanks"
        raise InputError([Problem(name, 0, "cannot be added to in the form it has", hint)])
    return result


def without_entries(text: str, leave_out: Callable[[str], bool]) -> str:
    """`text` without the top-level entries whose key `leave_out` tells, and their comments.

    A comment is of the entry that follows without a blank line.
    """
    kept: list[str] = []
    comments: list[str] = []
    dropping = False
    for line in text.splitlines(keepends=True):
        match = _KEY.match(line)
        if match and not match["indent"]:
            dropping = leave_out(match["key"])
            kept += [] if dropping else comments
            comments = []
        elif line.startswith("#"):
            comments.append(line)
            continue
        elif not line.strip():
            kept += [*comments, line]
            comments = []
            continue
        if not dropping:
            kept += [*comments, line]
        comments = []
    return re.sub(r"\n{3,}", "\n\n", "".join(kept + comments)).lstrip("\n")


def with_other_entry(text: str, key: str, value: Any, *, name: str, under: str) -> str:
    """`text` with another value for the entry `key` of its mapping `under`.

    Raises `InputError` where there is none, or where the entry has comments or is written in a way
    that cannot be taken out: those are a person's.
    """
    before = _parsed(text, name)
    where = before.get(under) or {}
    lines = text.splitlines(keepends=True)
    block = _block(lines, under, key)
    if key not in where or block is None or any("#" in line for line in lines[block]):
        message = f"{key} cannot be changed in the form it has"
        raise InputError([Problem(name, 0, message, "edit the file by hand; netmod shows what")])
    written = "".join("  " + line for line in _written({key: value}).splitlines(keepends=True))
    result = "".join([*lines[: block.start], written, *lines[block.stop :]])
    if not _reads_as(result, {**before, under: {**where, key: value}}, name):
        message = f"{key} cannot be changed in the form it has"
        raise InputError([Problem(name, 0, message, "edit the file by hand")])
    return result


def _block(lines: list[str], under: str, key: str) -> slice | None:
    """The lines of one entry of a top-level mapping, which is indented by two blanks."""
    inside, start = False, None
    for number, line in enumerate(lines):
        match = _KEY.match(line)
        if match and not match["indent"]:
            if start is not None:
                return slice(start, number)
            inside = match["key"] == under
        elif inside and match and match["indent"] == "  ":
            if start is not None:
                return slice(start, number)
            if match["key"] == key:
                start = number
    return slice(start, len(lines)) if start is not None else None


def _under(lines: list[str], under: str, block: str) -> str:
    """The lines with `block` at the end of the top-level mapping `under`."""
    starts = [
        number
        for number, line in enumerate(lines)
        if (match := _KEY.match(line)) and not match["indent"]
    ]
    start = next((at for at in starts if lines[at].split(":")[0] == under), None)
    if start is None:
        return "".join([*lines, f"{under}:\n", block])
    lines[start] = _EMPTY.sub(":\n", lines[start])
    end = next((at for at in starts if at > start), len(lines))
    while end > start + 1 and lines[end - 1][:1] in "#\n":
        end -= 1
    return "".join([*lines[:end], block, *lines[end:]])


def _written(entries: Mapping[str, Any]) -> str:
    """Entries as the inventory's files have them: innermost mappings and lists on one line."""
    representer = _Representer(
        default_flow_style=None,  # type: ignore[arg-type] # the stubs forget that None is allowed
        sort_keys=False,
    )
    node = representer.represent_mapping("tag:yaml.org,2002:map", dict(entries), flow_style=False)
    return str(yaml.serialize(node, Dumper=_Indented, allow_unicode=True, width=100))


class _Indented(yaml.SafeDumper):
    """Lists stand deeper than the key that holds them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


class _Representer(yaml.representer.SafeRepresenter):
    """Writes what fits a line on one, a text without quotes only where YAML 1.2 reads it as the
    same text, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def represent_mapping(
        self, tag: str, mapping: Any, flow_style: bool | None = None
    ) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        if flow_style is None and len(str(mapping)) > _LINE:
            node.flow_style = False
        return node

    def represent_str(self, data: str) -> yaml.ScalarNode:
        plain = super().represent_str(data)
        same = _reads_as(f"text: {data}", {"text": data}, "text")
        return plain if same else self.represent_scalar(plain.tag, data, style="'")


_Representer.add_representer(str, _Representer.represent_str)


def _reads_as(text: str, expected: Any, name: str) -> bool:
    try:
        return bool(_plain(_parsed(text, name)) == _plain(expected))
    except InputError:
        return False


def _parsed(text: str, name: str) -> dict[str, Any]:
    data = documents.parse(text, path=Path(name), name=name).data
    return data if isinstance(data, dict) else {}


def _plain(value: Any) -> Any:
    """Values as YAML reads them: lists for tuples, text for dates."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
