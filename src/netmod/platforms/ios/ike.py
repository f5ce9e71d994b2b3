"""IKE security associations: `show crypto ikev2 sa|session` and `show crypto isakmp sa`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netmod.facts import IkeSaFact
from netmod.platforms._observations import Block, Fact, Observation
from netmod.platforms.ios.names import is_number, unless_none, whole_number

_ALGORITHMS = re.compile(r"Encr: ([\w-]+)(?:, keysize: (\d+))?(.*)$")
_PARAMETER = re.compile(r"(PRF|Hash|DH Grp|Auth sign|Auth verify)\s?: ?([\w-]+)")
_ENDPOINT = re.compile(r"([0-9A-Fa-f.:]+)/(\d+)$")
_WEAK_GROUPS = frozenset({"1", "2", "5", "22", "23", "24"})
_QUANTUM = re.compile(r"quantum[ -](?:resistance enabled|safe encryption)", re.IGNORECASE)


@dataclass(slots=True)
class _Sa:
    """What is printed of one IKEv2 SA."""

    index: int
    state: str
    vrfs: str
    local: str | None = None
    remote: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    nat: bool | None = None
    ppk: bool | None = None


def read_ikev2(block: Block) -> Iterator[Observation]:
    """`show crypto ikev2 sa [detailed]` and `show crypto ikev2 session [detailed]`."""
    sa: _Sa | None = None
    for index, line in enumerate(block.lines):
        text = line.strip()
        opened = _row(index, text)
        if opened is not None:
            if sa:
                yield Fact(block.source(sa.index), _ikev2_fact(sa))
            sa = opened
        elif sa is not None:
            _read_line(text, sa)
    if sa:
        yield Fact(block.source(sa.index), _ikev2_fact(sa))


def _row(index: int, text: str) -> _Sa | None:
    """`ID local/port remote/port fvrf/ivrf STATUS`; IPv6 endpoints stand on lines of their own."""
    words = text.split()
    if len(words) < 3 or not is_number(words[0]):
        return None
    if len(words) == 3 and words[1].count("/") == 1:
        return _Sa(index, words[2], words[1])
    if len(words) == 5 and _ENDPOINT.match(words[1]) and _ENDPOINT.match(words[2]):
        return _Sa(index, words[4], words[3], local=words[1], remote=words[2])
    return None


def _read_line(text: str, sa: _Sa) -> None:
    algorithms = _ALGORITHMS.match(text)
    name, _, value = text.partition(":")
    if algorithms:
        if "esp_hmac" in text:
            return
        key_size = algorithms[2]
        sa.values["encr"] = algorithms[1] + (f"-{key_size}" if key_size else "")
        sa.values.update((label.lower(), word) for label, word in _PARAMETER.findall(text))
        sa.ppk = sa.ppk or text.endswith(" QR")
    elif text.startswith("Local ") and _ENDPOINT.match(text.rsplit(maxsplit=1)[-1]):
        sa.local = text.rsplit(maxsplit=1)[-1]
    elif text.startswith("Remote ") and _ENDPOINT.match(text.rsplit(maxsplit=1)[-1]):
        sa.remote = text.rsplit(maxsplit=1)[-1]
    elif name == "Remote id":
        sa.values["peer_id"] = value.strip()
    elif text.startswith("NAT-T is"):
        sa.nat = "not detected" not in text
    elif _QUANTUM.match(text):
        sa.ppk = True


def _ikev2_fact(sa: _Sa) -> IkeSaFact:
    values = sa.values
    fvrf, _, ivrf = sa.vrfs.partition("/")
    remote, _, port = (sa.remote or "").rpartition("/")
    group = values.get("dh grp", "")
    return IkeSaFact(
        local=(sa.local or "").rpartition("/")[0] or None,
        remote=remote or None,
        version=2,
        state=sa.state,
        encr=unless_none(values.get("encr")),
        integrity=unless_none(values.get("hash")),
        prf=unless_none(values.get("prf")),
        dh=whole_number(group) or None,
        auth=unless_none(values.get("auth sign")),
        port=whole_number(port),
        fvrf=unless_none(fvrf),
        ivrf=unless_none(ivrf),
        nat=sa.nat,
        ppk=sa.ppk,
        peer_id=unless_none(values.get("peer_id")),
        weak=weak_parts(
            values.get("encr", ""), values.get("prf", ""), values.get("hash", ""), dh=group
        ),
    )


def weak_parts(*algorithms: str, dh: str = "") -> tuple[str, ...]:
    """Which of an SA's algorithms and groups are weak: `sha1`, `md5`, `3des`, `des`, `dh2`."""
    found: list[str] = []
    for word in algorithms:
        plain = word.lower().replace("-", "")
        if plain in ("sha", "sha1", "sha96"):
            found.append("sha1")
        elif plain.startswith("md5"):
            found.append("md5")
        elif plain.startswith(("3des", "des")):
            found.append("3des" if plain.startswith("3des") else "des")
    if dh in _WEAK_GROUPS:
        found.append(f"dh{dh}")
    return tuple(dict.fromkeys(found))


_ADDRESS = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$")
_STATES = ("ACTIVE", "STDBY", "DELETED")
_AUTHENTICATION = {"psk": "PSK", "rsig": "RSA", "renc": "RSA", "": None}


def read_isakmp(block: Block) -> Iterator[Observation]:
    """`show crypto isakmp sa [detail]`: the state of phase 1, no statement about ESP."""
    ipv6: dict[str, str] = {}
    for index, line in enumerate(block.lines):
        words = line.split()
        if len(words) > 1 and words[0] in ("dst:", "src:", "state:"):
            ipv6[words[0]] = words[1]
            if words[0] == "state:":
                yield Fact(
                    block.source(index),
                    IkeSaFact(
                        local=ipv6.get("src:"), remote=ipv6.get("dst:"), version=1, state=words[1]
                    ),
                )
                ipv6 = {}
        if len(words) < 4:
            continue
        if _ADDRESS.match(words[0]) and _ADDRESS.match(words[1]):
            yield Fact(
                block.source(index),
                IkeSaFact(local=words[1], remote=words[0], version=1, state=words[2]),
            )
        elif is_number(words[0]) and _ADDRESS.match(words[1]) and _ADDRESS.match(words[2]):
            yield Fact(block.source(index), _isakmp_detail(words))


def _isakmp_detail(words: list[str]) -> IkeSaFact:
    """`C-id Local Remote [I-VRF] Status Encr Hash Auth DH Lifetime Cap.`"""
    rest = words[3:]
    ivrf = rest.pop(0) if len(rest) > 1 and rest[0] not in _STATES else None
    state, *algorithms = rest
    encryption, integrity, authentication, group = (*algorithms[:4], "", "", "", "")[:4]
    return IkeSaFact(
        local=words[1],
        remote=words[2],
        version=1,
        state=state,
        encr=encryption or None,
        integrity=integrity or None,
        auth=_AUTHENTICATION.get(authentication.lower(), authentication or None),
        dh=whole_number(group) or None,
        ivrf=ivrf,
        weak=weak_parts(encryption, integrity, dh=group),
    )
