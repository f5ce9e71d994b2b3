"""The configuration language of NX-OS, for comparisons."""

from __future__ import annotations

import re
from functools import partial

from netmod.platforms._cisco_language import CLOSERS, KEYED, ORDERED, SINGLE, TOPICS
from netmod.platforms._language import ConfigLanguage, below, read_indented

_BANNER = re.compile(r"banner \S+ (?P<delimiter>\S)")

LANGUAGE = ConfigLanguage(
    hier="CISCO_NXOS",
    read=partial(read_indented, closers=CLOSERS, banner=_BANNER),
    whole=lambda text: text.endswith("\n"),
    ordered=ORDERED,
    single=SINGLE,
    keyed=KEYED,
    defaults=(
        below("", r"no feature \S+$|password strength-check$"),
        below(r"interface [^\n]+", r"no shutdown$"),
    ),
    generated=(
        below("", r"version \d|vdc \S+ id \d|boot nxos |snmp-server user \S+ \S+ auth md5 0x"
              r"|rmon event "),
        below(r"vdc [^\n]+", ""),
    ),
    topics=TOPICS,
)  # fmt: skip
