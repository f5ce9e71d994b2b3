"""The configuration language of NX-OS, for comparisons."""

from __future__ import annotations

import re
from functools import partial

from netmod.platforms._cisco_language import (
    CLOSERS,
    KEYED,
    ORDERED,
    SINGLE,
    SPREAD,
    TOPICS,
    read_cisco,
)
from netmod.platforms._language import ConfigLanguage, below

_NOT_ROUTED = r"\A(?!(?s:.*)(?m:^no switchport$))"
"""A routed port, a subinterface and an SVI are down unless the config says otherwise."""
_OF_A_USER = r"(?m)^username {name} "
"""NX-OS makes an SNMP user of every user; any other one was made by somebody."""
_BANNER = re.compile(r"banner \S+ (?P<delimiter>\S)")

LANGUAGE = ConfigLanguage(
    hier="CISCO_NXOS",
    read=partial(read_cisco, closers=CLOSERS, banner=_BANNER),
    whole=lambda text: text.endswith("\n"),
    ordered=ORDERED,
    single=SINGLE,
    keyed=KEYED,
    defaults=(
        below("", r"no feature \S+$|password strength-check$|vlan 1$"),
        below(r"interface (?!Vlan)[^\n.]+", r"no shutdown$", beside=_NOT_ROUTED),
    ),
    generated=(
        below("", r"version \d|vdc \S+ id \d|boot nxos |rmon event "),
        below("", r"snmp-server user (?P<name>\S+) \S+ auth \S+ .*localized", beside=_OF_A_USER),
        below(r"vdc [^\n]+", ""),
    ),
    spread=SPREAD,
    topics=TOPICS,
)  # fmt: skip
