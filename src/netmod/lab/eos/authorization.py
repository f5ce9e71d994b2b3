"""EOS: which commands the role of a local user permits."""

from __future__ import annotations

import re

from netmod.lab.device import Device
from netmod.lab.statements import Statement

_RULE = re.compile(r"(?:(\d+) )?(permit|deny)(?: mode (exec|config)\S*)? command (.+)")


def permits(device: Device, user: str, command: str, *, configuring: bool) -> bool:
    """Whether a user may run a command where `aaa authorization commands all default local` holds.

    A user whose `username` names no role of the configuration is not held back: the lab does not
    ask a server, and EOS's own roles are not in it. The first rule that matches decides; what no
    rule matches is denied.
    """
    root = device.running.root
    if "aaa authorization commands all default local" not in root.children:
        return True
    role = _role(root, user)
    if role is None:
        return True
    mode = "config" if configuring and not command.startswith("do ") else "exec"
    command = command.removeprefix("do ")
    for _, verdict, where, pattern in sorted(_rules(role)):
        if where in ("", mode) and re.match(pattern, command):
            return verdict == "permit"
    return False


def _role(root: Statement, user: str) -> Statement | None:
    words = (root.find(f"username {user}") or "").split()
    name = words[words.index("role") + 1] if "role" in words[:-1] else ""
    return root.children.get(f"role {name}")


def _rules(role: Statement) -> list[tuple[int, str, str, str]]:
    """Sequence number, verdict, mode ("" for all) and pattern; what is no pattern is left out."""
    rules = []
    for text in role.children:
        match = _RULE.fullmatch(text)
        if match and _is_pattern(match[4]):
            rules.append((int(match[1] or 0), match[2], match[3] or "", match[4]))
    return rules


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
