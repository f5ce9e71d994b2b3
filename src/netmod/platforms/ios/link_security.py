"""MACsec of 802.1X and of Cisco's SAP: `show access-session`, `show cts interface`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from netmod.platforms._observations import Block, MacsecSession, Observation
from netmod.platforms.ios.names import interface_name, is_interface
from netmod.platforms.ios.secy import VALUE, enforcement_of

_SECURITY = re.compile(r"\s*(Interface|Security Policy|Security Status):\s*(\S.*?)\s*$")


def read_access_session(block: Block) -> Iterator[Observation]:
    """`show access-session interface X details`: the policy of 802.1X; `Secured` proves nothing."""
    interface: str | None = None
    policy = ""
    for index, line in enumerate(block.lines):
        match = _SECURITY.match(line[:200])
        if match is None:
            continue
        if match[1] == "Interface":
            interface, policy = interface_name(match[2]), ""
        elif match[1] == "Security Policy":
            policy = match[2]
        elif interface:
            unsecured = "unsecure" in match[2].lower()
            yield MacsecSession(
                source=block.source(index),
                interface=interface,
                status="not-secured" if unsecured else None,
                enforcement=enforcement_of(policy),
            )


_CTS_INTERFACE = re.compile(r"Interface (\S+?):?$")


def read_cts(block: Block) -> Iterator[Observation]:
    """`show cts interface`: MACsec by SAP, the predecessor of MKA on switches."""
    starts = [
        (index, match[1])
        for index, line in enumerate(block.lines)
        if (match := _CTS_INTERFACE.match(line.strip())) and is_interface(match[1])
    ]
    for position, (start, name) in enumerate(starts):
        end = starts[position + 1][0] if position + 1 < len(starts) else len(block.lines)
        values: dict[str, str] = {}
        for line in block.lines[start + 1 : end]:
            match = VALUE.match(line.strip())
            if match:
                values.setdefault(match[1].lower(), match[2].strip())
        status = values.get("sap status", "").lower()
        if not status or "not applicable" in status:
            continue
        mode = values.get("selected cipher", "").lower()
        secured = status.startswith("succeeded")
        yield MacsecSession(
            source=block.source(start),
            interface=interface_name(name),
            status="secured" if secured and mode else None if secured else "not-secured",
            cipher="GCM-AES-128" if mode == "gcm-encrypt" else None,
            confidentiality=mode == "gcm-encrypt" if mode else None,
            replay_protect=values.get("replay protection", "enabled").startswith("enabled"),
        )
