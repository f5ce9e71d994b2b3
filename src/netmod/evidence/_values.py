"""What a secret value looks like in a line, and what stands in its place."""

from __future__ import annotations

import re

REDACTED = "<redacted>"

_ANONYMISED = (
    r"<(?:redacted|removed|hidden|scrubbed|omitted|masked|secret\ hidden|secret|password"
    r"|configuration\ removed|community-\d{1,9})>"
)
VALUE = rf"""(?P<v>
    {_ANONYMISED}
    | "(?:[^"\\]|\\.)*(?:"|$)
    | '[^']*'
    | (?![\[\]{{}};]+(?:\s|$)) [^\s"] \S*? (?=;?(?:\s|$))
)"""
"""A quoted text, a word without a closing `;`, or the mark that an anonymiser left. A quote that
the line does not close reaches to its end. Brackets and braces are structure, not values."""

TYPES = r"""(?P<types>(?:(?:
    \d|8a|10|14
    | encrypted|hashed|sha-?(?:1|224|256|384|512)|md5|pbkdf2|scrypt|password6
    | clear(?:text)?|unencrypted|plain(?:text)?|password|text|ascii(?:-text)?|hex(?:adecimal)?
    | hmac-(?:md5|sha-?\d{1,3})|local|remote|fallback
    | level\ \d{1,2} | rollover\ duration\ \d{1,9} | option\ \d{1,9}\ for\ \S{1,128}
    | peer\ \S{1,128}
)\s+(?=[^\s;])){0,4}+)"""
"""Words between a keyword and its value that say how the value is written. One group around the
whole: Python 3.11 breaks on groups inside of a possessive repetition."""

_TYPE = re.compile(r"(?:^|\s)(?:\d|8a|10|14)(?=\s|$)", re.IGNORECASE)
_ARGUMENT = re.compile(r"(?:level|duration|option|peer)\s+\S+", re.IGNORECASE)
_WORD = re.compile(
    r"(?:^|\s)(?:encrypted|hashed|sha-?(?:1|224|256|384|512)|md5|pbkdf2|scrypt|password6)(?=\s|$)",
    re.IGNORECASE,
)

_KEPT = re.compile(rf"{_ANONYMISED}|\*+|[xX]{{4,}}|SCRUBBED|REDACTED|REMOVED|none")
_HASH_PREFIX = re.compile(r"\$(?:\d{1,2}[a-z]?|[a-z][a-z0-9]{1,9})\$")

_TAIL = re.compile(
    r"""(?xi)
    (?:\s+(?:
        (?:role|privilege|level|group|timeout|port|auth-port|acct-port|retransmit|vrf|udp-port|access
           |hostname|hash-function|cryptographic-algorithm|algorithm|expire|mode-list|engineID|type
           |test|idle-time|key-chain|view)\s+[^\s"]{1,128}
        | address\s+(?:ipv6\s+)?[0-9A-Fa-f.:/]{2,64}(?:\s+\d[\d.]{6,14})?
        | (?:receive|transmit)-lifetime\s+.{1,80}
        | fallback | localizedV?\d?key | single-connection | hidden | encrypted | no-xauth
        | authentication | accounting | level-[12] | authenticate\ snp | send-only | validate
        | usage\ \S{1,32} | gcm-encrypt | gmac | null | no-encap | \d
    ))*
    \s*;?[\s}]*(?:\#\#.*)?$
    """
)


def mask(value: str) -> str:
    """What stands for a secret: quotes and the mark of the hash's kind stay, nothing else."""
    quote = value[:1] if value[:1] in ('"', "'") else ""
    inner = value.strip(quote) if quote else value
    if _KEPT.fullmatch(inner):
        return value
    prefix = _HASH_PREFIX.match(inner)
    return f"{quote}{prefix[0] if prefix else ''}{REDACTED}{quote}"


def end_of_value(line: str, found: re.Match[str]) -> int:
    """Where the secret ends that begins with the value of `found`.

    A value in clear and without quotes may hold spaces: it then reaches to the end of the line,
    unless what follows are options that the vendors' grammars allow there.
    """
    end = found.end("v")
    groups = found.groupdict()
    types = _ARGUMENT.sub("", groups.get("types") or "")
    kinds = {kind.strip() for kind in _TYPE.findall(types)} | {groups.get("type")} - {None}
    if (
        _WORD.search(types)
        or kinds - {"0"}
        or found["v"][:1] in "\"'<"
        or line[end : end + 1] == ";"
    ):
        return end
    return end if _TAIL.match(line, end) else len(line)
