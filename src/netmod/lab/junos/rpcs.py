"""The operational requests of Junos' XML API that drivers make for facts and commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from netmod.lab.device import Device
from netmod.lab.fabric import Fabric, PortState
from netmod.lab.junos.database import Database
from netmod.lab.junos.system import VERSION
from netmod.lab.junos.tree import Record
from netmod.lab.netconf_xml import Element, RpcError, element, text_of
from netmod.lab.text import uptime

JUNOS = "http://xml.juniper.net/junos/22.4R3/junos"
_SECONDS = f"{{{JUNOS}}}seconds"
_DEFAULT_MTU = "1514"

Request = Callable[[Device, Fabric, Element], Element]
"""(device, region, request) → what the reply holds. Raises `RpcError`."""


def software(device: Device, _: Fabric, __: Element) -> Element:
    """`show version`."""
    return element(
        "software-information",
        element("host-name", text=device.hostname),
        element("product-model", text=device.model.lower()),
        element("product-name", text=device.model.lower()),
        element("junos-version", text=VERSION),
    )


def chassis(device: Device, _: Fabric, __: Element) -> Element:
    """`show chassis hardware`."""
    made = element(
        "chassis",
        element("name", text="Chassis"),
        element("serial-number", text=device.serial),
        element("description", text=device.model),
    )
    return element("chassis-inventory", made)


def routing_engine(device: Device, _: Fabric, __: Element) -> Element:
    """`show chassis routing-engine`."""
    engine = element(
        "route-engine",
        element("slot", text="0"),
        element("mastership-state", text="master"),
        element("status", text="OK"),
        element("model", text=f"RE-{device.model}"),
        _length("up-time", device.booted, device.lab_now()),
        element("last-reboot-reason", text="Router rebooted after a normal shutdown."),
    )
    return element("route-engine-information", engine)


def system_uptime(device: Device, _: Fabric, __: Element) -> Element:
    """`show system uptime`."""
    booted, changed = device.booted + device.skew, device.changed + device.skew
    return element(
        "system-uptime-information",
        element("current-time", _moment(device, device.now())),
        element(
            "system-booted-time",
            _moment(device, booted),
            _length("time-length", device.booted, device.lab_now()),
        ),
        element("last-configured-time", _moment(device, changed), element("user", text="lab")),
    )


def interfaces(device: Device, fabric: Fabric, request: Element) -> Element:
    """`show interfaces`; there is nothing in Junos' own routing instances."""
    instance, wanted = text_of(request, "routing-instance"), text_of(request, "interface-name")
    states = [] if instance.startswith("__juniper") else fabric.ports(device)
    physical = {one.port.name: one for one in states if "." not in one.port.name}
    made = []
    for name, state in physical.items():
        units = [one for one in states if one.port.name.startswith(f"{name}.")]
        if not wanted or wanted == name:
            made.append(_interface(device, state, units))
    if wanted and not made:
        raise RpcError("operation-failed", f"device {wanted} not found")
    return element("interface-information", *made)


def _interface(device: Device, state: PortState, units: list[PortState]) -> Element:
    port, mac = state.port, device.mac(state.port.name)
    return element(
        "physical-interface",
        element("name", text=port.name),
        element("admin-status", text="down" if port.shutdown else "up"),
        element("oper-status", text="up" if state.up else "down"),
        *([element("description", text=port.description)] if port.description else []),
        element("mtu", text=str(port.mtu or _DEFAULT_MTU)),
        element("speed", text=_speed(port.name)),
        element("current-physical-address", text=":".join(_pairs(mac))),
        _length("interface-flapped", device.changed_at(port.name), device.lab_now()),
        *(element("logical-interface", element("name", text=one.port.name)) for one in units),
    )


def _pairs(mac: str) -> list[str]:
    return [mac[index : index + 2] for index in range(0, len(mac), 2)]


def _speed(name: str) -> str:
    speeds = {"ge": "1000mbps", "xe": "10Gbps", "et": "100Gbps"}
    return speeds.get(name.partition("-")[0], "Unspecified")


def file_show(device: Device, _: Fabric, request: Element) -> Element:
    """`file show`: the device has no files."""
    del device
    name = text_of(request, "filename")
    raise RpcError("operation-failed", f"could not resolve file: {name}", kind="application")


def commit_revision(device: Device, _: Fabric, __: Element) -> Element:
    """`show system commit revision detail`: the latest commit."""
    records = Database(device).tree.commits.records
    latest = records[0] if records else Record(0, device.booted, "root", "other")
    return element(
        "commit-revision-information",
        element("revision", text=f"re0-{int(latest.moment.timestamp())}-{latest.number}"),
        *_who(device, latest),
        *([element("comment", text=latest.comment)] if latest.comment else []),
    )


def commit_history(device: Device, _: Fabric, __: Element) -> Element:
    """`show system commit`."""
    entries = [
        element(
            "commit-history",
            element("sequence-number", text=str(index)),
            *_who(device, record),
            *(element("log", text=line) for line in record.comment.splitlines()),
        )
        for index, record in enumerate(Database(device).tree.commits.records)
    ]
    return element("commit-information", *entries)


def _who(device: Device, record: Record) -> list[Element]:
    return [
        _moment(device, record.moment + device.skew),
        element("user", text=record.user),
        element("client", text=record.client),
    ]


def _moment(device: Device, moment: datetime) -> Element:
    shown = f"{moment.astimezone(device.view.time_zone):%Y-%m-%d %H:%M:%S %Z}"
    seconds = {_SECONDS: str(int(moment.timestamp()))}
    return element("date-time", text=shown, attributes=seconds)


def _length(name: str, since: datetime, now: datetime) -> Element:
    seconds = max(0, int((now - since).total_seconds()))
    return element(name, text=uptime(seconds), attributes={_SECONDS: str(seconds)})


REQUESTS: Mapping[str, Request] = {
    "get-software-information": software,
    "get-chassis-inventory": chassis,
    "get-route-engine-information": routing_engine,
    "get-system-uptime-information": system_uptime,
    "get-interface-information": interfaces,
    "file-show": file_show,
    "get-commit-revision-information": commit_revision,
    "get-commit-information": commit_history,
}

COMMANDS: Mapping[str, Request] = {
    "show version": software,
    "show version invoke-on all-routing-engines": software,
    "show chassis hardware": chassis,
    "show chassis routing-engine": routing_engine,
    "show system uptime": system_uptime,
    "show interfaces": interfaces,
    "show system commit": commit_history,
    "show system commit revision detail": commit_revision,
}
"""Commands that are answered in XML where they are asked for so."""


def wants_text(request: Element) -> bool:
    """Whether a request asks for the output of the command line."""
    return (request.get("format") or "xml").lower() in ("text", "ascii")
