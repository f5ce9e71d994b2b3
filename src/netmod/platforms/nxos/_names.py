"""NX-OS names: interfaces written out, counters as numbers, JSON tables as rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from netmod.platforms._interfaces import expand
from netmod.platforms._observations import Block

INTERFACE_TYPES = (
    "Ethernet",
    "port-channel",
    "mgmt",
    "Vlan",
    "loopback",
    "Tunnel",
    "nve",
    "fc",
    "vfc",
    "san-port-channel",
    "sup-eth",
    "control",
    "inband",
    "cmp-mgmt",
)
_CIPHER = re.compile(r"GCM-AES-(?:XPN-)?(?:128|256)", re.IGNORECASE)


def full_name(name: str) -> str:
    """An interface name as the running config writes it: `Eth1/1` gives `Ethernet1/1`."""
    return expand(name.strip().rstrip(",:"), INTERFACE_TYPES)


def command_interface(block: Block) -> str | None:
    """The interface that the command names, written out."""
    named = block.argument("interface")
    if named is None:
        return None
    after = re.search(r"\binterface\s+([A-Za-z-]+)\s+(\d\S*)", block.command)
    return full_name(after[1] + after[2] if after else named)


def cipher(text: str | None) -> str | None:
    """The IEEE name in `text`; None for `No Cipher`, `Enforce-Peer` and the like."""
    match = _CIPHER.search(text or "")
    return match.group().upper() if match else None


def ciphers(text: str | None) -> tuple[str, ...]:
    """All IEEE cipher names in `text`, in order."""
    return tuple(match.upper() for match in _CIPHER.findall(text or ""))


def number(text: str | None) -> int | None:
    """A counter; None for `N/A (… not supported)`, dashes and nothing."""
    match = re.match(r"\s*(\d[\d,]*)(?![\w.])", text or "")
    return int(match[1].replace(",", "")) if match else None


def json_document(block: Block) -> Any:
    """The JSON value of a `| json` output; None where it is text or cut."""
    text = block.text.strip()
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def json_rows(document: Any, table: str) -> Iterator[dict[str, Any]]:
    """Rows of `TABLE_<table>` anywhere in a document: NX-OS prints a lone row without a list."""
    stack = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed(value))
        elif isinstance(value, dict):
            rows = value.get(f"TABLE_{table}")
            if rows is None:
                stack.extend(reversed(value.values()))
                continue
            for part in rows if isinstance(rows, list) else [rows]:
                row = part.get(f"ROW_{table}") if isinstance(part, dict) else None
                yield from _dicts(row)


def _dicts(row: Any) -> Iterator[dict[str, Any]]:
    for one in row if isinstance(row, list) else [row]:
        if isinstance(one, dict):
            yield one


def text_of(row: dict[str, Any], *keys: str) -> str | None:
    """The first non-empty value among `keys`, as text without quotes and blanks."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, (str, int)) and str(value).strip().strip('"').strip():
            return str(value).strip().strip('"').strip()
    return None
