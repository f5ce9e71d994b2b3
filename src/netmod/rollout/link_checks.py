"""Why a link is left alone: what has to hold before anything is sent to one of its ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from netmod.facts import HostFacts
from netmod.inventory import (
    HostNames,
    Inventory,
    KeyChain,
    Link,
    MacsecKey,
    ManagedEnd,
    same_interface,
)
from netmod.rollout.gate_parameters import ClockGate, Gate, MtuGate
from netmod.rollout.gates import judge
from netmod.rollout.link_dialects import DIALECTS
from netmod.rollout.model import Excluded
from netmod.rollout.observations import Observation


def excluded(link: Link, reason: str, /, **parameters: str) -> Excluded:
    """A link that the plan leaves alone."""
    return Excluded(subject=link.id, kind="link", reason=reason, parameters=parameters)


def declaration_fault(inventory: Inventory, link: Link) -> Excluded | None:
    """What the inventory says against it."""
    if link.status != "active":
        return excluded(link, "not-active", status=link.status)
    if link.encrypted_by != "own":
        return excluded(link, "not-ours", encrypted_by=link.encrypted_by)
    if len(link.managed_ends) != 2:
        suppliers = [end.supplier for end in link.ends if not isinstance(end, ManagedEnd)]
        return excluded(link, "supplier-end", supplier=", ".join(suppliers))
    if link.encryption is None or link.encryption.technology != "macsec":
        return excluded(link, "not-macsec")
    for end in link.managed_ends:
        platform = inventory.devices[end.device].platform
        if platform not in DIALECTS:
            return excluded(link, "platform", device=end.device, platform=platform)
    chains = {link.encryption.key_chain, link.encryption.fallback_key_chain} - {None}
    for other in inventory.links.values():
        encryption = other.encryption
        if other.id != link.id and encryption is not None:
            shared = chains & {encryption.key_chain, encryption.fallback_key_chain}
            if shared:
                return excluded(
                    link, "key-chain-shared", link=other.id, chain=min(map(str, shared))
                )
    return None


def key_fault(
    inventory: Inventory, link: Link, now: datetime, stored: Mapping[str, bool]
) -> Excluded | None:
    """A secret that is not stored, or a chain without a key for today."""
    for chain in chains_of(inventory, link):
        if current_key(chain, now) is None:
            return excluded(link, "key-not-valid", chain=chain.id)
        for key in chain.keys:
            if not stored.get(key.secret, False):
                return excluded(link, "key-missing", reference=key.secret)
    return None


def chains_of(inventory: Inventory, link: Link) -> tuple[KeyChain, ...]:
    """The key chain of a link, and its fallback."""
    if link.encryption is None:
        return ()
    names = (link.encryption.key_chain, link.encryption.fallback_key_chain)
    return tuple(inventory.key_chains[name] for name in names if name is not None)


def current_key(chain: KeyChain, now: datetime) -> MacsecKey | None:
    """The key of today: of those that are valid the one that began last, as devices choose."""
    today = now.date()
    valid = [key for key in chain.keys if key.start <= today and (not key.end or today <= key.end)]
    return max(valid, key=lambda key: key.start, default=None)


def state_fault(
    inventory: Inventory, link: Link, seen: Observation, clock: float
) -> Excluded | None:
    """What was seen that forbids a change, or was not seen and has to be."""
    for end in link.managed_ends:
        if end.device not in seen.facts:
            return excluded(link, "end-unseen", device=end.device)
    unconfirmed = next(unconfirmed_ports(inventory, link, seen.facts), None)
    if unconfirmed is not None:
        device, port, shown = unconfirmed
        return excluded(link, "not-confirmed", device=device, interface=port, seen=shown)
    gates: tuple[Gate, ...] = (ClockGate(seconds=clock), MtuGate())
    devices = tuple(end.device for end in link.managed_ends)
    own = seen.model_copy(update={"devices": devices, "links": (link,)})
    for gate in gates:
        result = judge(gate, None, own)
        if result.outcome != "pass":
            where = result.parameters.get("subject", "")
            known = {k: v for k, v in result.parameters.items() if k not in ("subject", "others")}
            return excluded(link, result.code, where=where, **known)
    return None


def unconfirmed_ports(
    inventory: Inventory, link: Link, facts: Mapping[str, HostFacts]
) -> Iterator[tuple[str, str, str]]:
    """Ports of ours whose neighbour by LLDP is not the declared one: device, port, who is seen."""
    names = HostNames(inventory.devices)
    for device, port, far, far_port in cables(link):
        table = facts[device].neighbors if device in facts else ()
        here = [
            one
            for one in table
            if one.protocol == "lldp" and same_interface(one.local_interface, port)
        ]
        if not any(
            names.find(one.neighbor) == far
            and (one.neighbor_interface is None or same_interface(one.neighbor_interface, far_port))
            for one in here
        ):
            yield device, port, ", ".join(str(one.neighbor) for one in here)


def cables(link: Link) -> Iterator[tuple[str, str, str, str]]:
    """Device and port at each end of each cable, with the far device and port; physical ports."""
    if not (isinstance(link.a, ManagedEnd) and isinstance(link.b, ManagedEnd)):
        return
    pairs = [(one.a, one.b) for one in link.members] or [(link.a.interface, link.b.interface)]
    for own, other in pairs:
        if other is not None:
            near, far = own.partition(".")[0], other.partition(".")[0]
            yield link.a.device, near, link.b.device, far
            yield link.b.device, far, link.a.device, near
