"""Statements of one line that hold a secret, on any platform.

Rules know no platform, because a capture's platform is not known yet when it is redacted. Each
rule has words of which one must occur in the lower-cased line, so that most lines cost nothing.
All patterns are linear: no repetition inside a repetition that could match the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from netmod.evidence._values import TYPES, VALUE, end_of_value, mask


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` has a group `v`, the secret. `whole` values may hold spaces without quotes."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    whole: bool = False


def _rule(words: str, pattern: str, *, whole: bool = False) -> Rule:
    compiled = re.compile(pattern, re.IGNORECASE | re.VERBOSE)
    return Rule(tuple(words.split()), compiled, whole)


# Words of the vendors' grammars and of sentences that follow "password" and are none. Those of
# the second group only where something follows them: alone at the end they are the password.
_NO_VALUE = r"""(?!(?:strength-check|keyboard(?:-interactive)?|publickey|secure-mode)(?:[\s,;]|$))
    (?!(?:strength|encryption|encryption-key|(?:min|max)(?:imum)?(?:-[a-z-]{1,30})?|format|policy
    |prompt|required|change-type|history|aging|expir(?:y|ation)|lifetime|length|complexity|profile
    |recovery|key-?chain|shared-secret\s+profile|authentication|quality|checking):?\s+\S)"""
_SEPARATOR = r"(?:[\"']?\s*[:=]\s*|\s+(?:--\s+)?)"
_ALGORITHM = r"(?:md5|sha[\w-]*|hmac-\S{1,20}|cmac-\S{1,20}|aes\S{0,20})"
_TYPED = r"(?:(?P<type>0|5|6|7|8a?|9|10)\s+)"
# the name of a secret, as templates write it
_NO_PLACEHOLDER = r"(?!(?<=<)secret:[a-z0-9][a-z0-9._/-]*>)"
# behind the id of an NTP key
_NTP_WORDS = r"(?!(?:prefer|version|routing-instance|iburst|burst|minpoll|maxpoll|source)\b)"
_KEY_WORDS = r"""(?!(?:--|secret|start-time|algorithm|options|tolerance|key-string
    |cryptographic-algorithm|(?:accept|send|receive|transmit)-lifetime|lifetime|ckn|cak|key-name|chain
    |key-octet-string|type|value|macsec|timezone)(?:[\s;]|$))"""

RULES = (
    # password 7 …, enable secret 9 …, chap-secret "…", key-string …, Password: …
    _rule(
        "passw passphrase passcode secret key-string key-octet-string keystring",
        rf"""(?<![a-z0-9]){_NO_PLACEHOLDER}(?:password6?|passwd|passphrase|passcode|secret|key-string
        |key-octet-string|keystring)(?:-value)?{_SEPARATOR}{_NO_VALUE}{TYPES}(?!key-?chain\s){VALUE}""",
        whole=True,
    ),
    # ntp authentication-key 1 md5 …, ip ospf authentication-key 7 …, authentication-key "…"
    _rule(
        "authentication-key",
        rf"""\bauthentication-key\s+(?!\d{{1,10}}\s+type\s+{_ALGORITHM}[\ \t]*(?:[;\r\n]|$))
        (?:\d{{1,10}}\s+(?:(?:type\s+)?{_ALGORITHM}\s+(?:value\s+)?|value\s+))?{TYPES}{VALUE}""",
        whole=True,
    ),
    _rule(
        "message-digest-key",
        rf"\bmessage-digest-key\s+\d{{1,10}}\s+{_ALGORITHM}\s+{TYPES}{VALUE}",
        whole=True,
    ),
    _rule(
        "privacy-key server-key shared-key simple-key auth-key priv-key encryption-key group-key "
        "security-key hex-key",
        rf"""(?<!password\ )\b
        (?:privacy|server|(?<!pre-)shared|preshared|simple|auth|priv|encryption|group
        |security|hex)-key
        (?:\s*[:=]\s*|\s+){_KEY_WORDS}{TYPES}{VALUE}""",
        whole=True,
    ),
    # IKE: keyrings, isakmp keys, profiles; the names of key chains and CKNs are no secrets
    _rule(
        "pre-shared-key pre-share",
        rf"""\bpre-share(?:d-key)?\s+
        (?:address\s+(?:ipv[46]\s+)?\S{{1,64}}\s+(?:\d[\d.]{{6,14}}\s+)?|hostname\s+\S{{1,255}}\s+)?
        (?!(?:(?:fallback-)?key-?chain|ckn|policy)\b|manual\b)
        (?:(?:local|remote)\s+)?(?:key\s+|cak\s+)?{TYPES}{VALUE}""",
        whole=True,
    ),
    _rule("isakmp", rf"\bisakmp\s+key\s+{TYPES}{VALUE}", whole=True),
    _rule("ascii-text hexadecimal", rf"\b(?:ascii-text|hexadecimal)\s+{VALUE}"),
    _rule(
        "cak", rf"(?<![\w-])cak(?:\s*[:=]\s*|\s+)(?=[\"$<]|[0-9a-f]{{8,}}|[^\s;]+;){TYPES}{VALUE}"
    ),
    _rule("ppk", rf"\bppk\b.{{0,80}}?\bkey\s+{TYPES}{VALUE}", whole=True),
    # MACsec of EOS: key CKN 7 CAK [fallback]
    _rule("key", rf"\bkey\s+[0-9a-f]{{1,64}}\s+(?P<type>0|7|8a)\s+(?!fallback\b){VALUE}"),
    _rule("key", r"\bkey\s+[0-9a-f]{1,64}\s+(?P<v>[0-9a-f]{16,128})(?=\s|$)"),
    # key 7 …: servers, LISP, sub-modes; "key 0 -- text" and a chain's "key 0 {" are ids
    _rule(
        "key",
        rf"(?<!authentication-)(?<!digest-)\bkey\s+{_TYPED}{_NTP_WORDS}{_KEY_WORDS}{VALUE}",
        whole=True,
    ),
    _rule("key", rf"\bkey\s+{_KEY_WORDS}(?=\"){VALUE}"),
    _rule(
        "tacacs radius server-private map-server map-resolver rsvp wep pac "
        "authentication algorithm",
        rf"""(?:tacacs|radius|server-private|map-(?:server|resolver)|rsvp|\bwep|\bpac
        |\bauthentication|\balgorithm\s+\S{{1,40}})(?=\s|-server\b)(?:[^"]{{0,160}}?)\skey\s+
        {_KEY_WORDS}{TYPES}{VALUE}""",
        whole=True,
    ),
    _rule("key", rf"^\s*key\s+{_KEY_WORDS}(?![0-9a-f]+;?\s*$){VALUE};?\s*$"),
    _rule(
        "config-key",
        rf"\bconfig-key\s+(?:password-encrypt\s+|ascii\s+)?{TYPES}{VALUE}",
        whole=True,
    ),
    # show key chain: key 1 -- text "…"
    _rule("text", r"--\s+text\s+(?:\d\w?:?\s+)?(?P<v>\"[^\"]*\"|\S.*)$"),
    # manual IPsec and MACsec
    _rule("session-key", rf"\bsession-key\s+\w{{1,16}}\s+ah\s+\d{{1,10}}\s+{TYPES}{VALUE}"),
    _rule("cipher authenticator", rf"\besp\s+\d{{1,10}}\s+cipher\s+{TYPES}{VALUE}"),
    _rule("authenticator", rf"\bauthenticator\s+{TYPES}{VALUE}"),
    _rule(
        "spi",
        rf"\bipsec\s+spi\s+\d{{1,10}}\s.{{0,160}}?\b(?:md5|sha1|sha-1)\s+{TYPES}{VALUE}",
    ),
    _rule(
        "spi",
        r"""\bipsec\s+spi\s+\d{1,10}\s.{0,40}?\b(?:3?des|aes-cbc(?:\s+(?:128|192|256))?)\s+
        (?:[07]\s+)?(?P<v>\S+)""",
    ),
    _rule("size", rf"\bencryption\s+key\s+\d\s+size\s+\S{{1,16}}\s+{TYPES}{VALUE}"),
    _rule("pmk", rf"\bpmk\s+{TYPES}{VALUE}"),
    _rule("psk", rf"(?:\bwpa2?-psk|\bwpa2?\s+psk|\bpsk\s+set-key)\s+(?:set-key\s+)?{TYPES}{VALUE}"),
    _rule("psk", rf"\bpsk\s+(?:ascii|hex|[078])\s+{TYPES}{VALUE}"),
    # first-hop redundancy, NHRP, EIGRP
    _rule(
        "authentication",
        rf"""\b(?:standby|vrrp|glbp|hsrp)\b.{{0,60}}?\bauthentication\s+
        (?!(?:ietf-)?md5\b|mode\b|type\b){TYPES}{VALUE}""",
        whole=True,
    ),
    _rule("authentication", rf"\b(?:text-authentication|authentication\s+text)\s+{TYPES}{VALUE}"),
    _rule("nhrp", rf"\bnhrp\s+authentication\s+{TYPES}{VALUE}"),
    _rule("hmac-sha", rf"\bauthentication\s+mode\s+hmac-sha-256\s+{TYPES}{VALUE}"),
    # SNMPv3 users
    _rule(
        "snmp-server",
        rf"""\bsnmp-server\s+user\s.{{0,240}}?\sauth\s+(?:md5|sha[\w-]*)
        (?:\s+(?:224|256|384|512))?\s+(?:localized\s+)?{TYPES}{VALUE}""",
    ),
    _rule(
        "snmp-server",
        rf"""\bsnmp-server\s+user\s.{{0,480}}?\spriv\s+
        (?:(?:3?des(?:56)?|aes(?:-?\d{{3}})?)\s+(?:(?:128|192|256)\s+)?)?
        (?:localized\s+)?(?!localized){TYPES}{VALUE}""",
    ),
    # tokens and pins
    _rule("bearer", rf"\bbearer\s+{VALUE}"),
    _rule("basic", r"\bauthorization:\s*basic\s+(?P<v>\S+)"),
    _rule("token", rf"\b(?:id|api[-_]?|auth[-_]?|access[-_]?)token{_SEPARATOR}{VALUE}"),
    _rule("api", rf"\bapi[-_]?key{_SEPARATOR}{TYPES}{VALUE}"),
    # daemons of EOS
    _rule("auth=key", r"\b\w{0,20}auth=key,(?P<v>[^\s\"]+)"),
    _rule(
        "option",
        rf"""\boption\s+\S{{0,40}}(?:token|password|secret|key)\S{{0,40}}\s+value\s+{VALUE}""",
        whole=True,
    ),
    _rule("pin", rf"\buser-pin\s+{TYPES}{VALUE}"),
    _rule("srvtab", r"\bsrvtab\s+entry\s.{1,200}\s(?P<v>\S+)\s*$"),
    # passwords in URLs; the last @ of the authority ends them
    _rule("://", r"://[^\s/:@\"]{0,128}:(?P<v>[^\s\"]{1,256})@"),
    _rule(
        "pass pwd= token= secret= key=",
        r"[?&;](?:pass(?:word|wd)?|pwd|token|secret|api_?key|key)=(?P<v>[^\s&;\"']+)",
    ),
    # Junos marks what it holds to be secret
    _rule("secret-data", r"(?P<v>\"(?:[^\"\\]|\\.)*\")(?=[^\"]*\#\#\s*SECRET-DATA)"),
    _rule("secret-data", r"\s(?P<v>[^\s\";]+);\s*\#\#\s*SECRET-DATA"),
    # XML
    _rule(
        "</",
        r"""<(?:[\w-]{0,40}(?:password|secret|passphrase|key-string|authentication-key|privacy-key
        |ascii-text|hexadecimal|cak|password-value)|key|psk)>(?P<v>[^<\n]+)</""",
    ),
    # hashes by their own mark, wherever they stand; type 7 behind an unknown keyword
    _rule("$", r"(?P<v>\$(?:\d{1,2}[a-z]?|sha1|apr1|argon2\w*|pbkdf2\w*)\$[^\s\";,'\])}]+)"),
    _rule(" 7 ", r"(?<=[a-z])\ 7\ (?P<v>(?:0\d|1[0-5])(?:[0-9A-F]{2}){3,64})(?=[\s\";]|$)"),
)

_BY_WORD = {
    word: tuple(index for index, rule in enumerate(RULES) if word in rule.words)
    for word in sorted({word for rule in RULES for word in rule.words})
}
HINTS = tuple(_BY_WORD)
"""A lower-cased line with none of these is untouched by every rule."""


def apply(line: str, lowered: str) -> str:
    """`line` with the secrets of every rule replaced."""
    words = [word for word in HINTS if word in lowered]
    for index in sorted({index for word in words for index in _BY_WORD[word]}):
        line = _replace(line, RULES[index])
    return line


def _replace(line: str, rule: Rule) -> str:
    parts: list[str] = []
    done = 0
    found = rule.pattern.search(line)
    while found:
        start, end = found.span("v")
        parts += [line[done:start], mask(found["v"])]
        done = end_of_value(line, found) if rule.whole else end
        if done >= len(line):
            break
        found = rule.pattern.search(line, done)
    return "".join([*parts, line[done:]]) if parts else line
