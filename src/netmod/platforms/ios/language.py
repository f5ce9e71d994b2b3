"""The configuration language of IOS and IOS-XE, for comparisons."""

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
    hier="CISCO_IOS",
    read=partial(read_cisco, closers=CLOSERS, banner=_BANNER),
    whole=lambda text: _END.search(text) is not None,
    ordered=(
        *ORDERED,
        ordered(r"policy-map type control [^\n]+(?:\n.*)?", r"(?!\d)"),
    ),
    single=SINGLE,
    keyed=KEYED,
    defaults=(
        below("", r"vlan 1$"),
        below(r"interface [^\n]+", r"no shutdown$|no ip address$|switchport mode dynamic auto$"),
        below(r"line [^\n]+", r"no exec-banner$"),
    ),
    generated=(
        below("", r"version \d|Building configuration|Current configuration|boot-(?:start|end)"
              r"|license udi|ntp clock-period|diagnostic bootup|memory free low-watermark"
              r"|crypto pki certificate chain|switch \d+ provision|Using \d+ out of"),
        below(r"(?s:crypto pki certificate chain .*)", ""),
        below("", r"crypto pki trustpoint (?:TP-self-signed-\d+|SLA-TrustPoint)$"),
        below(r"crypto pki trustpoint TP-self-signed-\d+", r"enrollment selfsigned$"
              r"|subject-name cn=IOS-Self-Signed|revocation-check none$|hash sha256$"
              r"|rsakeypair TP-self-signed-\d+$"),
        below(r"crypto pki trustpoint SLA-TrustPoint",
              r"enrollment pkcs12$|revocation-check crl$|hash sha256$"),
    ),
    spelling=((re.compile(r"\^C"), "^"),),
    spread=SPREAD,
    topics=TOPICS,
    changed=re.compile(
        r"^!+ Last configuration change at (?P<when>.+?) by (?P<who>\S+)\s*$", re.MULTILINE
    ),
)  # fmt: skip
