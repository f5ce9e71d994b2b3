"""What IOS-XR tells of its state by NETCONF: name and uptime, interfaces, inventory."""

from __future__ import annotations

import re

from netmod.lab.device import Device
from netmod.lab.fabric import Fabric, PortState
from netmod.lab.iosxr.system import SPEEDS, VERSION
from netmod.lab.netconf_xml import Element, element
from netmod.lab.text import dotted_mac

_YANG = "http://cisco.com/ns/yang/Cisco-IOS-XR-"
_TIME = _YANG + "shellutil-oper"
_INTERFACES = _YANG + "pfi-im-cmd-oper"
_INVENTORY = _YANG + "invmgr-oper"
_DEFAULT_MTU = 1514


def state(device: Device, fabric: Fabric) -> list[Element]:
    """All of it, to be filtered."""
    return [_system_time(device), _interfaces(device, fabric), _inventory(device)]


def _leaves(namespace: str, values: dict[str, str]) -> list[Element]:
    return [element(name, text=text, namespace=namespace) for name, text in values.items()]


def _system_time(device: Device) -> Element:
    local = device.now().astimezone(device.view.time_zone)
    clock = {
        "year": str(local.year),
        "month": str(local.month),
        "day": str(local.day),
        "hour": str(local.hour),
        "minute": str(local.minute),
        "second": str(local.second),
        "time-zone": f"{local:%Z}",
    }
    running = str(int((device.lab_now() - device.booted).total_seconds()))
    up = {"host-name": device.hostname, "uptime": running}
    return element(
        "system-time",
        element("clock", *_leaves(_TIME, clock), namespace=_TIME),
        element("uptime", *_leaves(_TIME, up), namespace=_TIME),
        namespace=_TIME,
    )


def _interfaces(device: Device, fabric: Fabric) -> Element:
    states = fabric.ports(device)
    names = [
        {"interface-name": one.port.name, "description": one.port.description} for one in states
    ]
    brief = [
        element("interface", *_leaves(_INTERFACES, one), namespace=_INTERFACES) for one in names
    ]
    return element(
        "interfaces",
        element("interfaces", *brief, namespace=_INTERFACES),
        element("interface-xr", *(_in_full(device, one) for one in states), namespace=_INTERFACES),
        namespace=_INTERFACES,
    )


def _in_full(device: Device, state: PortState) -> Element:
    port = state.port
    up = "im-state-up" if state.up else "im-state-down"
    shut = "im-state-admin-down" if port.shutdown else up
    kind = re.split(r"\d", port.name, maxsplit=1)[0]
    values = {
        "interface-name": port.name,
        "state": shut,
        "line-state": shut,
        "mtu": str(port.mtu or _DEFAULT_MTU),
        "bandwidth": str(SPEEDS.get(kind, 0)),
    }
    address = element("address", text=dotted_mac(device.mac(port.name)), namespace=_INTERFACES)
    return element(
        "interface",
        *_leaves(_INTERFACES, values),
        element("mac-address", address, namespace=_INTERFACES),
        namespace=_INTERFACES,
    )


def _inventory(device: Device) -> Element:
    entities = []
    for name in ("Rack 0", "0/RP0/CPU0"):
        basic = {
            "description": f"{device.model} {name}",
            "software-revision": VERSION,
            "model-name": device.model,
            "serial-number": device.serial,
        }
        bag = element("inv-basic-bag", *_leaves(_INVENTORY, basic), namespace=_INVENTORY)
        entities.append(
            element(
                "entity",
                element("name", text=name, namespace=_INVENTORY),
                element("attributes", bag, namespace=_INVENTORY),
                namespace=_INVENTORY,
            )
        )
    whole = element("entities", *entities, namespace=_INVENTORY)
    return element("inventory", whole, namespace=_INVENTORY)
