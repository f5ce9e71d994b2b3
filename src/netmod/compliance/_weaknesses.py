"""Weaknesses of a link: what readers found at each end, what a requirement's bounds add, and what
only both ends together show (M15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from netmod.compliance._model import Model
from netmod.compliance._pairing import same_ckn
from netmod.compliance.ends import End
from netmod.compliance.parameters import Parameters, cipher_bits
from netmod.facts import LinkEndFact

Where = Literal["a", "b", "link"]


class Weakness(Model):
    """A weakness (code of docs/link-encryption.md), at which end, and what it is about.

    `forbidden` says that it makes an encrypted link weak under the parameters it was judged by.
    """

    code: str
    where: Where
    forbidden: bool
    detail: str = ""


def weaknesses_of(
    a: End, b: End, parameters: Parameters, at: datetime, *, clear_tag: bool
) -> tuple[Weakness, ...]:
    """All weaknesses, in the order of ends and codes."""
    found = [
        Weakness(code=code, where=where, forbidden=code in parameters.forbidden, detail=detail)
        for where, end in (("a", a), ("b", b))
        for code, detail in sorted(_of_end(end, parameters, at, clear_tag=clear_tag).items())
    ]
    found += [
        Weakness(code="M15", where="link", forbidden="M15" in parameters.forbidden, detail=detail)
        for detail in _mismatches(a, b)
    ]
    return tuple(found)


def _of_end(end: End, parameters: Parameters, at: datetime, *, clear_tag: bool) -> dict[str, str]:
    fact = end.fact
    if fact is None:
        return {}
    found = dict.fromkeys(fact.weaknesses, "")
    found.pop("M05", None)  # readers hold the cipher against 256 bits; the bound is ours to set
    bits = cipher_bits(fact.cipher)
    if bits is not None and bits < parameters.minimum_bits:
        found["M05"] = f"{fact.cipher}"
    if fact.key_bits is not None and fact.key_bits < parameters.minimum_bits:
        found["I02"] = f"{fact.key_bits} bits"
    rekey, longest = fact.sak_rekey_interval, parameters.max_sak_rekey
    if rekey is not None and longest is not None and rekey > longest:
        found["M08"] = f"{rekey} s"
    soon = at + timedelta(days=parameters.warning_days)
    if end.keys_until is not None and end.keys_until <= soon:
        found["M09"] = f"{end.keys_until:%Y-%m-%d}"
    tag_in_clear = fact.vlan_in_clear is not None or bool(fact.tags_in_clear)
    if clear_tag and tag_in_clear:
        found.pop("M11", None)
    return found


def is_tried(fact: LinkEndFact | None) -> bool:
    """Whether an end encrypts, should, or tries to: not one that is bare or shut down (M02)."""
    if fact is None or fact.technology == "none" or fact.state == "unknown":
        return False
    return fact.state != "unsecured" or "M02" not in fact.weaknesses


def is_one_sided(a: End, b: End) -> bool:
    """Whether one end encrypts, should or tries to, and the other is seen to do nothing."""
    tried = [is_tried(a.fact), is_tried(b.fact)]
    return any(tried) and not all(tried) and "unsecured" in (a.state, b.state)


def _mismatches(a: End, b: End) -> Iterator[str]:
    """M15: one-sided, or two ends whose key, cipher or policy do not match."""
    one, other = a.fact, b.fact
    if one is None or other is None:
        return
    ends_differ = {one.state, other.state} > {"unsecured"} and "unknown" not in (a.state, b.state)
    if is_one_sided(a, b) or ends_differ:
        yield "one-sided"
    if not (is_tried(one) and is_tried(other)):
        return
    if one.technology != other.technology:
        yield "technology"
        return
    if same_ckn(one.ckn, other.ckn) is False:
        yield "ckn"
    for name in ("cipher", "confidentiality_offset", "key_bits"):
        values = (getattr(one, name), getattr(other, name))
        if None not in values and values[0] != values[1]:
            yield name
    if {one.enforcement, other.enforcement} == {"must-secure", "should-secure"}:
        yield "enforcement"


def not_seen(a: End, b: End, parameters: Parameters) -> tuple[str, ...]:
    """What the parameters bound and the captures of an end that encrypts do not show."""
    names = {
        name
        for end in (a, b)
        if end.fact is not None and end.fact.state == "secured"
        for name in _unseen(end.fact, parameters)
    }
    return tuple(sorted(names))


def _unseen(fact: LinkEndFact, parameters: Parameters) -> Iterator[str]:
    if fact.technology == "ipsec":
        if parameters.minimum_cipher is not None and fact.key_bits is None:
            yield "cipher"
        return
    if parameters.minimum_cipher is not None and cipher_bits(fact.cipher) is None:
        yield "cipher"
    if parameters.enforcement == "must-secure" and fact.enforcement == "unknown":
        yield "enforcement"
    if parameters.max_sak_rekey is not None and fact.sak_rekey_interval is None:
        yield "sak_rekey_interval"
