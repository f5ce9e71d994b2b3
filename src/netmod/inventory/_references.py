"""Names within a host's data that must be defined in it: VLANs, port profiles, VRFs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from netmod.errors import Problem
from netmod.inventory._hints import near
from netmod.inventory._sources import DomainSource
from netmod.inventory.models import Device
from netmod.inventory.standard import HostData

_Complaint = tuple[str, str, str]
"""Key of the data, message, hint."""
_SHARED = ("zones", "port_profiles", "ports", "nac", "fabric")


@dataclass(frozen=True, slots=True)
class _Names:
    """What a host's data define, and what is wrong with what hosts share."""

    routed: Mapping[str, bool]
    """VLAN → whether its zone has a VRF."""
    complaints: tuple[_Complaint, ...]


class References:
    """Checks hosts one after the other; what they share is checked once."""

    def __init__(self) -> None:
        self._names: dict[tuple[int, ...], _Names] = {}
        self._told: set[tuple[str, str]] = set()

    def problems(self, device: Device, source: DomainSource) -> Iterator[Problem]:
        """Every name that is used and not defined, with the line of the key that uses it.

        What stands in a group or in the defaults is told for the first host that has it.
        """
        data = device.data
        key = tuple([id(data.get(name)) for name in _SHARED])
        if key not in self._names:
            self._names[key] = _Names(_routed(data), tuple(_shared_complaints(data)))
        names = self._names[key]
        if not names.complaints and "gateways" not in data:
            return
        for name, message, hint in (*names.complaints, *_gateway_complaints(data, names)):
            document, place = source.place(device.name, name)
            mark = (f"{document.name}:{'.'.join(place)}", message)
            if mark not in self._told:
                self._told.add(mark)
                yield document.problem(place, f"{'.'.join(place)}: {message}", hint)


def _routed(data: HostData) -> dict[str, bool]:
    zones = data.get("zones")
    if zones is None:
        return {}
    with_vrf = {one.name for one in zones.zones if one.vrf}
    return {one.name: one.zone in with_vrf for one in zones.vlans}


def _shared_complaints(data: HostData) -> Iterator[_Complaint]:
    vlans = _routed(data)
    for name, profile in data.get("port_profiles", {}).items():
        for vlan in (profile.vlan, profile.voice_vlan, *profile.tagged):
            if vlan is not None and vlan not in vlans:
                yield "port_profiles", *_unknown(f"{name}: unknown VLAN", vlan, vlans)
    nac, zones, fabric = data.get("nac"), data.get("zones"), data.get("fabric")
    if zones and nac and nac.critical_vlan and nac.critical_vlan not in vlans:
        yield "nac", *_unknown("unknown VLAN", nac.critical_vlan, vlans)
    vrfs = {one.name for one in zones.vrfs} if zones else set[str]()
    for tenant in fabric.tenants if fabric else ():
        if tenant.vrf not in vrfs:
            yield "fabric", *_unknown("unknown VRF", tenant.vrf, vrfs)
    yield from _port_complaints(data)


def _gateway_complaints(data: HostData, names: _Names) -> Iterator[_Complaint]:
    for gateway in data.get("gateways", ()):
        if gateway.vlan not in names.routed:
            yield "gateways", *_unknown("unknown VLAN", gateway.vlan, names.routed)
        elif not names.routed[gateway.vlan]:
            message = f"the zone of VLAN {gateway.vlan} has no VRF, so no gateway"
            yield "gateways", message, "remove the gateway, or give the zone a VRF"


def _port_complaints(data: HostData) -> Iterator[_Complaint]:
    profiles, used = data.get("port_profiles", {}), set[str]()
    for ports in data.get("ports", ()):
        if ports.profile not in profiles:
            yield "ports", *_unknown("unknown port profile", ports.profile, profiles)
        for interface in ports.interfaces:
            if interface in used:
                yield "ports", f"{interface} stands twice", "every port has one profile"
            used.add(interface)


def _unknown(message: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    return f"{message} {name!r}", near(name, known, "define it first")
