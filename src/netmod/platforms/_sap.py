"""SAP under `cts manual` and `cts dot1x`: MACsec of Cisco's switches before MKA."""

from __future__ import annotations

import re

from netmod.facts import Source
from netmod.platforms._config import Line
from netmod.platforms._observations import MacsecConfig

_SAP = re.compile(r"sap (?:pmk|mode-?list)\b")
_MODES = ("gcm-encrypt", "gcm-encrypt-256", "gmac", "no-encap", "null")


def sap_line(section: Line) -> Line | None:
    """The line of an interface's section that turns SAP on."""
    return next((child for child in section.walk() if _SAP.match(child.text)), None)


def sap_config(source: Source, interface: str, line: Line, *, shutdown: bool) -> MacsecConfig:
    """A mode list that allows clear frames does not enforce; without one it is `gcm-encrypt`."""
    modes = [word for word in line.text.split() if word in _MODES]
    encrypting = [mode for mode in modes if mode.startswith("gcm-encrypt")]
    enforced = bool(modes) and modes == encrypting
    return MacsecConfig(
        source=source,
        interface=interface,
        cipher=("GCM-AES-256" if encrypting[0].endswith("256") else "GCM-AES-128")
        if enforced and len(modes) == 1
        else None,
        confidentiality=None if encrypting or not modes else False,
        enforcement="must-secure" if enforced else "should-secure" if modes else "unknown",
        shutdown=shutdown,
    )
