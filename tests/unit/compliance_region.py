"""A small region in code, for tests of assessments and reports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from netmod.compliance import Catalogue, Order, Parameters
from netmod.compliance.requirements import LegalSource, Requirement
from netmod.facts import FactsDocument, HostFacts, LinkEndFact, NeighborFact, Source
from netmod.inventory import Device, Inventory, Link, ManagedEnd, Site, SupplierEnd, Trust

AT = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
PORT = "HundredGigE0/0/0/{}"


def site(
    name: str, trust: str, site_class: str = "A", at: tuple[float, float] = (59.9, 10.7)
) -> Site:
    values = {"id": name, "name": name.title(), "trust": trust, "class": site_class}
    return Site(**values, kind="hospital", latitude=at[0], longitude=at[1])


SITES = (
    site("north", "ous", at=(61.1, 10.5)),
    site("south", "ous", at=(58.2, 8.0)),
    site("east", "ahus", at=(59.9, 11.5)),
    site("small", "vvhf", "C", at=(60.0, 9.0)),
)
DEVICES = {"n1": "north", "s1": "south", "e1": "east", "e2": "east", "c1.lab.example": "small"}


def end(device: str, port: int | str) -> ManagedEnd:
    return ManagedEnd(device=device, interface=port if isinstance(port, str) else PORT.format(port))


def link(name: str, a: Any, b: Any, layer: str = "stamnett", **values: Any) -> Link:
    return Link(**{"id": name, "layer": layer, "a": a, "b": b, "capacity": "10G", **values})


def inventory(*links: Link, devices: dict[str, str] | None = None) -> Inventory:
    hosts = DEVICES if devices is None else devices
    return Inventory(
        trusts={name: Trust(id=name, name=name.upper()) for name in ("ous", "ahus", "vvhf")},
        sites={one.id: one for one in SITES},
        devices={
            name: Device(
                name=name, address="192.0.2.1", port=22, platform="cisco_iosxr", domain="core",
                role="core", site=place, groups=(), data={},
            )
            for name, place in hosts.items()
        },
        links={one.id: one for one in links},
    )  # fmt: skip


def secured(port: int | str, own: str, peer: str, **values: Any) -> LinkEndFact:
    """A secured end whose marks match that of the end with `own` and `peer` swapped."""
    defaults: dict[str, Any] = {
        "interface": port if isinstance(port, str) else PORT.format(port),
        "technology": "macsec",
        "state": "secured",
        "cipher": "GCM-AES-XPN-256",
        "enforcement": "must-secure",
        "ckn": "4b31" * 16,
        "local_sci": own.ljust(16, "0"),
        "peer_scis": (peer.ljust(16, "0"),),
        "why": "MKA session secured with 1 live peer(s)",
        "why_code": "macsec-live-peer",
        "why_parameters": {"peers": "1"},
        "sources": (Source(command="show macsec mka session detail", file="h/c.txt", lines=(2,)),),
    }
    return LinkEndFact(**{**defaults, **values})


def clear(port: int | str) -> LinkEndFact:
    name = port if isinstance(port, str) else PORT.format(port)
    why = "no encryption is configured on this interface"
    return LinkEndFact(
        interface=name, technology="none", state="unsecured", why=why, why_code="nothing-configured"
    )


def host(*ends: LinkEndFact, neighbors: tuple[NeighborFact, ...] = (), **values: Any) -> HostFacts:
    defaults = {"platform": "cisco_iosxr", "captures": ("h/c.txt",), "captured_at": AT}
    return HostFacts(**{**defaults, **values}, link_ends=ends, neighbors=neighbors)


def neighbor(port: int | str, name: str, far: str | None, protocol: Any = "lldp") -> NeighborFact:
    local = port if isinstance(port, str) else PORT.format(port)
    return NeighborFact(
        local_interface=local, neighbor=name, neighbor_interface=far, protocol=protocol
    )


def document(**hosts: HostFacts) -> FactsDocument:
    return FactsDocument(
        captured_at=AT, hosts={name.replace("__", "."): facts for name, facts in hosts.items()}
    )


def text(word: str) -> dict[str, str]:
    return {"nb": f"{word} på norsk", "en": f"{word} in English"}


def requirement(*layers: str, **values: Any) -> Requirement:
    scope = {**({"layers": layers} if layers else {}), **values.pop("scope", {})}
    defaults = {"title": text("title"), "text": text("text"), "sources": ["law"], "scope": scope}
    return Requirement.model_validate({**defaults, **values})


def catalogue(**requirements: Requirement) -> Catalogue:
    source = {"name": "A law", "reference": "§ 1", "mark": "unverified", "text": text("law")}
    known = {name.replace("_", "-"): one for name, one in requirements.items()}
    return Catalogue(
        order=Order(),
        parameters=Parameters(),
        sources={"law": LegalSource.model_validate(source)},
        requirements=known or {"backbone": requirement("stamnett", "inner-core", "dci")},
    )


SUPPLIER = SupplierEnd(supplier="Norsk Helsenett")
