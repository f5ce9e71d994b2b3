"""Cross-checks of links: their ends, layers, dates, ports and who encrypts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from netmod.documents import Document
from netmod.errors import Problem
from netmod.inventory._hints import near
from netmod.inventory._interfaces import complaint
from netmod.inventory.models import Inventory, Link, ManagedEnd, Site, SupplierEnd

_BUNDLE = re.compile(r"(?:bundle-ether|port-channel|ae)\d", re.IGNORECASE)

Complaint = tuple[tuple[str | int, ...], str, str]
"""Place within the link, message, hint."""


@dataclass(frozen=True, slots=True)
class Known:
    """What may be compared with: None where the file itself has problems."""

    inventory: Inventory
    devices_are_known: bool
    sites_are_known: bool
    encryption_is_known: bool


def link_problems(known: Known, document: Document) -> Iterator[Problem]:
    """Every problem of every link, with the line of the value that is wrong."""
    ports: dict[tuple[str, str], str] = {}
    for link in known.inventory.links.values():
        checks = (_ends(link, known), _layer(link, known), _dates(link), _encryption(link, known),
                  _members(link, known), _port_use(link, ports))  # fmt: skip
        for check in checks:
            for place, message, hint in check:
                yield document.problem((link.id, *place), f"link {link.id}: {message}", hint)


def _ends(link: Link, known: Known) -> Iterator[Complaint]:
    devices, sites = known.inventory.devices, known.inventory.sites
    for side, end in (("a", link.a), ("b", link.b)):
        if isinstance(end, SupplierEnd):
            if end.site and known.sites_are_known and end.site not in sites:
                yield (side, "site"), f"unknown site {end.site!r}", near(end.site, sites)
        elif end.device in devices:
            wrong = complaint(end.interface, devices[end.device].platform)
            if wrong:
                yield (side, "interface"), *wrong
        elif known.devices_are_known:
            hint = near(end.device, devices, "declare it in hosts.yaml of its domain")
            yield (side, "device"), f"unknown device {end.device!r}", hint
    if isinstance(link.a, SupplierEnd):
        hint = "exchange a and b; at least one end is on a device of ours"
        yield ("a",), "end a is a supplier's", hint
    elif isinstance(link.b, ManagedEnd) and link.a.device == link.b.device:
        yield ("b", "device"), f"both ends are on {link.a.device}", "name the far device"


def _layer(link: Link, known: Known) -> Iterator[Complaint]:
    if isinstance(link.b, SupplierEnd):
        if link.layer != "stamnett":
            hint = "both ends of such a link are on devices of ours"
            yield ("layer",), f"a link of layer {link.layer} cannot end at a supplier", hint
        return
    ends = [end for end in link.managed_ends if end.device in known.inventory.devices]
    if len(ends) < 2 or not known.sites_are_known:
        return
    a, b = (known.inventory.sites[known.inventory.devices[end.device].site] for end in ends)
    broken = _layer_rule(link.layer, a, b)
    if broken:
        hint = "correct the layer, the ends, or the sites of the two devices"
        yield ("layer",), f"{broken}, and not {a.id} and {b.id}", hint


def _layer_rule(layer: str, a: Site, b: Site) -> str:
    """The rule that the two sites break, or an empty text."""
    kinds = {a.kind, b.kind}
    rules = {
        "dci": (kinds == {"data-centre"} and a.id != b.id, "dci joins the two data centres"),
        "inner-core": (a.core_location and b.core_location, "inner-core joins core locations"),
        "storage": (kinds == {"data-centre"}, "storage joins data centres"),
        "dc-lan": (
            kinds == {"data-centre"} and a.id == b.id,
            "dc-lan stays within one data centre",
        ),
        "campus": (a.id == b.id, "campus stays within one site"),
        "stamnett": (a.id != b.id, "stamnett joins two sites, or a site and a supplier"),
    }
    holds, sentence = rules[layer]
    return "" if holds else sentence


def _dates(link: Link) -> Iterator[Complaint]:
    planned, active, gone = link.planned_for, link.active_from, link.decommissioned_on
    if planned and active and planned > active:
        message = f"planned for {planned}, after it became active on {active}"
        yield ("planned_for",), message, "keep the date that was planned first"
    if active and gone and gone < active:
        message = f"decommissioned on {gone}, before it became active on {active}"
        yield ("decommissioned_on",), message, "correct one of the two dates"
    if link.status == "planned" and active:
        hint = "set status: active, or write planned_for"
        yield ("active_from",), "status is planned, yet it has active_from", hint
    if link.status != "decommissioned" and gone:
        hint = "set status: decommissioned on that day, and not before"
        yield ("decommissioned_on",), f"status is {link.status}, yet it has decommissioned_on", hint
    if link.status == "decommissioned" and not gone:
        hint = "add decommissioned_on: YYYY-MM-DD"
        yield ("status",), "status is decommissioned, without a date", hint


def _encryption(link: Link, known: Known) -> Iterator[Complaint]:
    if link.encrypted_by == "own" and isinstance(link.b, SupplierEnd):
        hint = (
            "say encrypted_by: supplier, or name the device of ours at the far end of the service"
        )
        message = "encrypted_by is own, yet the far end is a supplier's: we could never prove it"
        yield ("encrypted_by",), message, hint
    if link.encrypted_by == "optical" and link.media not in ("fibre", "wavelength"):
        message = f"encrypted_by is optical, yet the media is {link.media}"
        yield ("encrypted_by",), message, "optical encryption runs on fibre or wavelength"
    encryption = link.encryption
    if encryption is None:
        return
    if link.encrypted_by != "own":
        message = f"encrypted_by is {link.encrypted_by}, yet an encryption block says how we do it"
        yield ("encryption",), message, "say encrypted_by: own, or remove the block"
    if encryption.fallback_key_chain == encryption.key_chain:
        hint = "a fallback is a key chain of its own"
        yield ("encryption", "fallback_key_chain"), "the fallback is the key chain itself", hint
    if not known.encryption_is_known or encryption.technology != "macsec":
        return
    policies, chains = known.inventory.policies, known.inventory.key_chains
    if encryption.policy not in policies:
        message = f"unknown policy {encryption.policy!r}"
        yield ("encryption", "policy"), message, near(encryption.policy, policies, _DEFINE)
    for field in ("key_chain", "fallback_key_chain"):
        name = getattr(encryption, field)
        if name and name not in chains:
            message = f"unknown key chain {name!r}"
            yield ("encryption", field), message, near(name, chains, _DEFINE)
    yield from _same_ckn(link, known)


_DEFINE = "define it in encryption.yaml"


def _same_ckn(link: Link, known: Known) -> Iterator[Complaint]:
    """A fallback with the CKN of the primary chain would hide that the fallback is in use."""
    encryption, chains = link.encryption, known.inventory.key_chains
    if encryption is None or encryption.fallback_key_chain in (None, encryption.key_chain):
        return
    main, fallback = chains.get(encryption.key_chain), chains.get(encryption.fallback_key_chain)
    if main and fallback:
        for ckn in sorted({key.ckn for key in main.keys} & {key.ckn for key in fallback.keys}):
            hint = "give the fallback key a CKN of its own"
            message = f"CKN {ckn} stands in the key chain and in its fallback"
            yield ("encryption", "fallback_key_chain"), message, hint


def _members(link: Link, known: Known) -> Iterator[Complaint]:
    bundled = any(_BUNDLE.match(end.interface) for end in link.managed_ends)
    macsec = link.encryption is not None and link.encryption.technology == "macsec"
    if bundled and macsec and not link.members and link.status != "decommissioned":
        hint = "MACsec runs on the members; write `members:` with the ports of both ends"
        yield ("encryption",), "an encrypted bundle without members", hint
    for number, member in enumerate(link.members):
        if isinstance(link.b, ManagedEnd) and member.b is None:
            hint = "write both ports: {a: …, b: …}"
            yield ("members", number), "a member without its port at end b", hint
        elif isinstance(link.b, SupplierEnd) and member.b is not None:
            yield ("members", number), "a member names a port of the supplier", "leave b out"
        for side, port, end in (("a", member.a, link.a), ("b", member.b, link.b)):
            if isinstance(end, ManagedEnd) and port and end.device in known.inventory.devices:
                wrong = complaint(port, known.inventory.devices[end.device].platform)
                if wrong:
                    yield ("members", number, side), *wrong


def _port_use(link: Link, ports: dict[tuple[str, str], str]) -> Iterator[Complaint]:
    """A port carries one link. A decommissioned link has given its ports back."""
    if link.status == "decommissioned":
        return
    used: list[tuple[tuple[str | int, ...], str, str]] = []
    for side, end in (("a", link.a), ("b", link.b)):
        if isinstance(end, ManagedEnd):
            used.append(((side, "interface"), end.device, end.interface))
            for number, member in enumerate(link.members):
                port = member.a if side == "a" else member.b
                if port:
                    used.append((("members", number, side), end.device, port))
    for place, device, interface in used:
        key = (device, interface.lower())
        if key in ports:
            other = "this link" if ports[key] == link.id else f"link {ports[key]}"
            message = f"interface {interface} of {device} is used by {other} already"
            yield place, message, "a port carries one link; decommission the other first"
        ports[key] = link.id
