"""Whether two secured ends are ends of one session: equal CKN and crossed SCIs, or crossed SPIs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from netmod.facts import LinkEndFact

Pairing = Literal["proven", "not-proven", "contradictory", "not-applicable"]


class Marks(NamedTuple):
    """What the marks of both ends say, and the code of what decided it."""

    pairing: Pairing
    code: str


def pair(a: LinkEndFact, b: LinkEndFact) -> Marks:
    """Compare the marks of two secured ends. One mark that disagrees outweighs all that agree."""
    if a.technology != b.technology:
        return Marks("contradictory", "technologies-differ")
    return _ipsec(a, b) if a.technology == "ipsec" else _macsec(a, b)


def _macsec(a: LinkEndFact, b: LinkEndFact) -> Marks:
    same_name = same_ckn(a.ckn, b.ckn)
    if same_name is False:
        return Marks("contradictory", "ckns-differ")
    if a.local_sci and b.local_sci and _sci(a.local_sci) == _sci(b.local_sci):
        return Marks("contradictory", "scis-equal")
    crossings = (_crossed(a.local_sci, b.peer_scis), _crossed(b.local_sci, a.peer_scis))
    if False in crossings:
        return Marks("contradictory", "scis-not-crossed")
    if same_name and crossings == (True, True):
        return Marks("proven", "ckn-and-scis")
    return Marks("not-proven", "marks-missing")


def _ipsec(a: LinkEndFact, b: LinkEndFact) -> Marks:
    crossings = (
        _overlap(a.outbound_spis, b.inbound_spis),
        _overlap(b.outbound_spis, a.inbound_spis),
    )
    if False in crossings:
        return Marks("contradictory", "spis-not-crossed")
    if crossings == (True, True):
        return Marks("proven", "spis")
    return Marks("not-proven", "marks-missing")


def same_ckn(one: str | None, other: str | None) -> bool | None:
    """Whether two key names are equal; None where one is not known.

    Some outputs fill a CKN with zeros to the right, as the protocol does on the wire.
    """
    if not one or not other:
        return None
    return one.casefold().rstrip("0") == other.casefold().rstrip("0")


def _crossed(local: str | None, peers: Iterable[str]) -> bool | None:
    """Whether an end's own SCI is among the peers of the other; None where one is not printed."""
    seen = {_sci(peer) for peer in peers}
    return None if not local or not seen else _sci(local) in seen


def _sci(text: str) -> str:
    address, _, port = text.partition("/")
    digits = "".join(char for char in address if char.isalnum())
    return (digits + (port.rjust(4, "0") if port else "")).upper()


def _overlap(outbound: Iterable[str], inbound: Iterable[str]) -> bool | None:
    """Whether any SPI is shared: several are in use while SAs renew."""
    sent, received = {_spi(one) for one in outbound}, {_spi(one) for one in inbound}
    return None if not sent or not received else bool(sent & received)


def _spi(text: str) -> str:
    return text.strip().casefold().removeprefix("0x").lstrip("0")
