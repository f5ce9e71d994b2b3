"""The configuration language of EOS, for comparisons."""

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

_BANNER = re.compile(r"banner \S+$")
_END = re.compile(r"^end\s*\Z", re.MULTILINE)

LANGUAGE = ConfigLanguage(
    hier="ARISTA_EOS",
    read=partial(read_cisco, closers=CLOSERS, banner=_BANNER, end_word=True),
    whole=lambda text: _END.search(text) is not None,
    ordered=ORDERED,
    single=SINGLE,
    keyed=KEYED,
    defaults=(
        below("", r"vlan 1$|lldp run$|no management telnet$"),
        below(r"interface [^\n]+", r"no shutdown$"),
    ),
    generated=(below("", r"transceiver qsfp default-mode"),),
    spread=SPREAD,
    topics=TOPICS,
)
