"""What a template sees of the inventory: one device, its ports, its keys, its BGP peers."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_interface
from typing import Any

from netmod.inventory import (
    Device,
    Inventory,
    KeyChain,
    Link,
    LinkEncryption,
    MacsecPolicy,
    ManagedEnd,
    SupplierEnd,
)


@dataclass(frozen=True, slots=True)
class PortMember:
    """One physical port of a bundle."""

    interface: str
    description: str


@dataclass(frozen=True, slots=True)
class Port:
    """One end of a link, as the device that has it is configured.

    `interface` is the bundle where `members` are given. `parent`
    and `vlan` belong to a sub-interface. `planned` ports are configured and shut down.
    `encryption`, `policy` and the key chains are None where we do not encrypt the link.
    `peer_address` is an address without its prefix length. `handoff`: each VRF crosses the port
    with a VLAN tag of its own. `labelled`: VPN routes cross it with labels (RFC 4364, option b).
    `trusted`: the neighbour is ours, and BGP with it is authenticated.
    """

    link: str
    layer: str
    interface: str
    address: str | None
    description: str
    media: str
    capacity: int
    planned: bool
    members: tuple[PortMember, ...]
    bundle: int | None
    parent: str | None
    vlan: int | None
    peer: str
    peer_role: str | None
    peer_address: str | None
    peer_asn: int | None
    handoff: bool
    labelled: bool
    trusted: bool
    encryption: LinkEncryption | None
    policy: MacsecPolicy | None
    key_chain: KeyChain | None
    fallback: KeyChain | None


@dataclass(frozen=True, slots=True)
class BgpPeer:
    """A BGP neighbour between loopbacks; `client` of ours, where we are its route reflector."""

    name: str
    address: str
    client: bool
    asn: int


class Contexts:
    """Contexts for the devices of one inventory; what all of them share is worked out once."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        speakers = [one for one in inventory.devices.values() if one.data.get("ibgp")]
        self._sites = _by_site(inventory)
        self._reflectors = [one for one in speakers if one.data["ibgp"] == "reflector"]
        self._clients = [one for one in speakers if one.data["ibgp"] == "client"]

    def of(self, device: Device) -> dict[str, Any]:
        """The variables of one device's template: host, site, data, ports, policies, …"""
        ports = tuple(
            self._port(link, number, end)
            for link in self._inventory.links_of(device.name)
            if link.status != "decommissioned"
            for number, end in enumerate(link.ends)
            if isinstance(end, ManagedEnd) and end.device == device.name
        )
        return {
            "host": device,
            "site": self._inventory.sites[device.site],
            "data": device.data,
            "ports": ports,
            "policies": _unique(port.policy for port in ports),
            "key_chains": _unique(
                chain for port in ports for chain in (port.key_chain, port.fallback)
            ),
            "ibgp_peers": self._ibgp_peers(device),
            "overlay_peers": self._overlay_peers(device, ports),
        }

    def _ibgp_peers(self, device: Device) -> tuple[BgpPeer, ...]:
        role = device.data.get("ibgp")
        if role is None:
            return ()
        peers = [(one, False) for one in self._reflectors]
        if role == "reflector":
            peers += [(one, True) for one in self._clients]
        return tuple(_peer(one, client=client) for one, client in peers if one is not device)

    def _overlay_peers(self, device: Device, ports: tuple[Port, ...]) -> tuple[BgpPeer, ...]:
        """EVPN: leaves and borders with the spines of their site, borders over the DCI as well."""
        if device.role == "spine":
            wanted: tuple[str, ...] = ("leaf", "border")
        elif device.role in ("leaf", "border"):
            wanted = ("spine",)
        else:
            return ()
        peers = [one for role in wanted for one in self._sites.get((device.site, role), ())]
        far = {port.peer.partition(" ")[0] for port in ports if port.layer == "dci"}
        peers += [self._inventory.devices[name] for name in sorted(far)]
        return tuple(_peer(one, client=False) for one in peers)

    def _port(self, link: Link, number: int, own: ManagedEnd) -> Port:
        far = link.ends[1 - number]
        device = self._inventory.devices[own.device]
        parent, dot, vlan = own.interface.partition(".")
        encryption = link.encryption if link.encrypted_by == "own" else None
        chains = self._inventory.key_chains
        fallback = encryption.fallback_key_chain if encryption else None
        peer, role, asn = self._peer(device, far)
        roles = {device.role, role}
        routed = own.address is not None
        return Port(
            link=link.id,
            layer=link.layer,
            interface=own.interface,
            address=own.address,
            description=f"{link.id}: {peer}",
            media=link.media,
            capacity=link.capacity,
            planned=link.status == "planned",
            members=_members(link, number),
            bundle=_trailing_number(own.interface) if link.members else None,
            parent=parent if dot else None,
            vlan=int(vlan) if dot else None,
            peer=peer,
            peer_role=role,
            peer_address=str(ip_interface(far.address).ip) if far.address else None,
            peer_asn=asn,
            handoff=routed and (link.layer == "campus" or {"border", "pe"} == roles),
            labelled={"wan-edge", "aggregation"} == roles,
            trusted=isinstance(far, ManagedEnd),
            encryption=encryption,
            policy=self._inventory.policies[encryption.policy] if encryption else None,
            key_chain=chains[encryption.key_chain] if encryption else None,
            fallback=chains[fallback] if fallback else None,
        )

    def _peer(
        self, device: Device, far: ManagedEnd | SupplierEnd
    ) -> tuple[str, str | None, int | None]:
        """What stands at the far end, its role, and its AS number where one is declared."""
        if isinstance(far, ManagedEnd):
            peer = self._inventory.devices[far.device]
            return f"{far.device} {far.interface}", peer.role, peer.data.get("asn")
        numbers = device.data.get("supplier_asn", {})
        service = f" {far.service}" if far.service else ""
        return f"{far.supplier}{service}", None, numbers.get(far.supplier)


def _by_site(inventory: Inventory) -> dict[tuple[str, str], list[Device]]:
    """Devices by site and role."""
    found: dict[tuple[str, str], list[Device]] = {}
    for device in inventory.devices.values():
        found.setdefault((device.site, device.role), []).append(device)
    return found


def _peer(device: Device, *, client: bool) -> BgpPeer:
    for key in ("loopback", "asn"):
        if key not in device.data:
            raise ValueError(f"{device.name} speaks BGP between loopbacks and has no `{key}`")
    return BgpPeer(device.name, device.data["loopback"], client, device.data["asn"])


def _members(link: Link, number: int) -> tuple[PortMember, ...]:
    """The ports of a bundle at end a (0) or b (1), each described by the port it is cabled to."""
    far = link.ends[1 - number]
    name = far.device if isinstance(far, ManagedEnd) else far.supplier
    ports = [(one.a, one.b) if number == 0 else (one.b, one.a) for one in link.members]
    return tuple(
        PortMember(own, f"{link.id}: {name} {port}" if port else f"{link.id}: {name}")
        for own, port in ports
        if own
    )


def _trailing_number(interface: str) -> int:
    return int(interface.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"))


def _unique(values: Any) -> tuple[Any, ...]:
    """Values with an id, each once, by their ids."""
    found = {value.id: value for value in values if value is not None}
    return tuple(found[key] for key in sorted(found))
