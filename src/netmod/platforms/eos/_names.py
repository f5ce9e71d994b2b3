"""EOS names: interfaces and ciphers written out, and JSON whose keys vary with the release."""

from __future__ import annotations

import json
import re
from typing import Any

from netmod.platforms._interfaces import expand
from netmod.platforms._observations import Block

INTERFACE_TYPES = (
    "Ethernet",
    "Port-Channel",
    "Management",
    "Vlan",
    "Loopback",
    "Tunnel",
    "Vxlan",
    "Dps",
    "Recirc-Channel",
    "UnconnectedEthernet",
    "Fabric",
)
_CIPHER = re.compile(r"(?:gcm-aes(-xpn)?-|aes-?)(128|256)(-gcm(-xpn)?)?", re.IGNORECASE)


def full_name(name: str) -> str:
    """An interface name as the running config writes it: `Et1/1` gives `Ethernet1/1`."""
    return expand(name.strip().rstrip(",:"), INTERFACE_TYPES)


def command_interface(block: Block) -> str | None:
    """The interface that the command names, written out."""
    match = re.search(r"\binterface\s+([A-Za-z-]+)\s?(\d\S*)", block.command)
    return full_name(match[1] + match[2]) if match else None


def cipher(text: str | None) -> str | None:
    """The IEEE name of `aes256-gcm-xpn`, `GCM-AES-XPN-256` and the like; None for anything else."""
    match = _CIPHER.search(text or "")
    if match is None or not (match[3] or match[0].lower().startswith("gcm")):
        return None
    return f"GCM-AES-{'XPN-' if match[1] or match[4] else ''}{match[2]}"


def number(text: Any) -> int | None:
    """A counter from text or JSON; None for anything else."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return text
    match = re.match(r"\s*(\d+)(?![\w.])", text) if isinstance(text, str) else None
    return int(match[1]) if match else None


def truth(text: Any) -> bool | None:
    """A boolean from JSON or from `True`, `Yes`, `enabled` and their opposites."""
    if isinstance(text, bool):
        return text
    word = text.strip().lower() if isinstance(text, str) else ""
    if word in ("true", "yes", "enabled"):
        return True
    return False if word in ("false", "no", "disabled") else None


def fold(key: str) -> str:
    """A label or JSON key without case, blanks and signs: `Key in Use` and `keyInUse` agree."""
    return re.sub(r"[^a-z0-9]", "", key.lower())


def folded(value: Any) -> dict[str, Any]:
    """A JSON object by folded keys; empty for anything else."""
    return {fold(key): item for key, item in value.items()} if isinstance(value, dict) else {}


def json_document(block: Block) -> Any:
    """The JSON value of a `| json` output or of an eAPI reply; None where it is text or cut."""
    text = block.text.strip()
    if text[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and isinstance(value.get("result"), list) and value["result"]:
        value = value["result"][0]
    return value[0] if isinstance(value, list) and len(value) == 1 else value
