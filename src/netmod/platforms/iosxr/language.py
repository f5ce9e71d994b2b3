"""The configuration language of IOS-XR, for comparisons."""

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
from netmod.platforms._language import ConfigLanguage, below, ordered

_BANNER = re.compile(r"banner \S+ (?P<delimiter>\^C|\S)")
_END = re.compile(r"^end\s*\Z", re.MULTILINE)

LANGUAGE = ConfigLanguage(
    hier="CISCO_XR",
    read=partial(read_cisco, closers=CLOSERS, banner=_BANNER),
    whole=lambda text: _END.search(text) is not None,
    ordered=(
        *ORDERED,
        ordered(r"route-policy [^\n]+(?:\n(?s:.*))?", ""),
        ordered(r"policy-map [^\n]+", r"class "),
    ),
    single=SINGLE,
    keyed=KEYED,
    defaults=(below("", r"no cdp$"), below(r"interface [^\n]+", r"no shutdown$")),
    generated=(
        below("", r"Building configuration|line console$|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \S+ +\d"),
    ),
    spread=SPREAD,
    topics=TOPICS,
    changed=re.compile(
        r"^!+ Last configuration change at (?P<when>.+?) by (?P<who>\S+)\s*$", re.MULTILINE
    ),
)
