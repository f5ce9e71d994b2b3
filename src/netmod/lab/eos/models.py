"""EOS: show commands as the values that `| json` and eAPI give."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from netmod.lab.commands import Context, Handler
from netmod.lab.config_tree import ConfigTree
from netmod.lab.eos import api_config, sessions, system
from netmod.lab.fabric import Neighbor, PortState
from netmod.lab.statements import Statement

Model = dict[str, object]

_HARDWARE = {
    "Port-Channel": ("portChannel", "Port-Channel"),
    "Loopback": ("loopback", "Loopback"),
    "Vlan": ("vlan", "Vlan"),
    "Vxlan": ("vxlan", "Vxlan"),
    "Tunnel": ("tunnel", "Tunnel"),
}
_MTU = 1500


def as_json(model: Callable[[Context, tuple[str, ...]], Model]) -> Handler:
    """A command that prints a model as JSON."""

    def lines(context: Context, arguments: tuple[str, ...]) -> list[str]:
        return json.dumps(model(context, arguments), indent=4).splitlines()

    return lines


def version(context: Context, _: tuple[str, ...]) -> Model:
    """`show version`."""
    device = context.device
    mac = _colons(device.mac("chassis"))
    return {
        "imageFormatVersion": "3.0",
        "uptime": (device.lab_now() - device.booted).total_seconds(),
        "modelName": device.model,
        "internalVersion": f"{system.VERSION}-{system.BUILD}",
        "memTotal": system.MEMORY,
        "mfgName": "Arista",
        "serialNumber": device.serial,
        "systemMacAddress": mac,
        "bootupTimestamp": device.booted.timestamp(),
        "memFree": system.FREE,
        "version": system.VERSION,
        "configMacAddress": "00:00:00:00:00:00",
        "isIntlVersion": False,
        "imageOptimization": "Default",
        "internalBuildId": system.BUILD_ID,
        "hardwareRevision": "11.01",
        "hwMacAddress": mac,
        "architecture": "i686",
    }


def _colons(mac: str) -> str:
    return ":".join(re.findall("..", mac))


def hostname(context: Context, _: tuple[str, ...]) -> Model:
    """`show hostname`."""
    name = context.device.hostname
    return {"hostname": name, "fqdn": system.fqdn(context.device)}


def clock(context: Context, _: tuple[str, ...]) -> Model:
    """`show clock`."""
    view = context.device.view
    local = context.device.now().astimezone(view.time_zone)
    return {
        "utcTime": context.device.now().timestamp(),
        "timezone": view.zone_name,
        "localTime": {
            "year": local.year,
            "month": local.month,
            "dayOfMonth": local.day,
            "hour": local.hour,
            "min": local.minute,
            "sec": local.second,
            "dayOfWeek": local.weekday(),
            "dayOfYear": local.timetuple().tm_yday,
            "daylightSavingsAdjust": int(bool(local.dst())),
        },
        "clockSource": {"local": False},
    }


# --- interfaces


def interfaces(context: Context, arguments: tuple[str, ...]) -> Model:
    """`show interfaces [X]`."""
    states = system.states(context, arguments)
    return {"interfaces": {state.port.name: _interface(context, state) for state in states}}


def _interface(context: Context, state: PortState) -> Model:
    device, port = context.device, state.port
    body = device.running.root.children[f"interface {port.name}"]
    kind = next((one for prefix, one in _HARDWARE.items() if port.name.startswith(prefix)), None)
    hardware = "subinterface" if "." in port.name else kind[0] if kind else "ethernet"
    routed = "no switchport" in body.children or not port.name.startswith(("Eth", "Port"))
    connected = "connected" if state.up else "disabled" if port.shutdown else "notconnect"
    values: Model = {
        "name": port.name,
        "lineProtocolStatus": "up" if state.up else "down",
        "interfaceStatus": connected,
        "hardware": hardware,
        "description": port.description,
        "mtu": port.mtu or _MTU,
        "bandwidth": context.fabric.rate(device, port.name) or 0,
        "forwardingModel": "routed" if routed else "bridged",
        "interfaceAddress": _addresses(body),
        "lastStatusChangeTimestamp": device.changed_at(port.name).timestamp(),
    }
    if hardware != "loopback":
        values["physicalAddress"] = _colons(device.mac(port.name))
        values["burnedInAddress"] = _colons(device.mac(port.name))
    if hardware in ("ethernet", "portChannel"):
        values["interfaceCounters"] = _counters(state)
    return values


def _addresses(body: Statement) -> list[Model]:
    """The first address of `ip address A/N`."""
    found = re.fullmatch(r"([\d.]+)/(\d+)", body.find("ip address") or "")
    if found is None:
        return []
    return [{"primaryIp": {"address": found[1], "maskLen": int(found[2])}, "mtu": _MTU}]


def _counters(state: PortState) -> Model:
    """What crossed under the port's session; the lab sends nothing else."""
    count = state.counters
    values: Model = {
        "outUcastPkts": count.tx,
        "inUcastPkts": count.rx,
        "outOctets": count.octets(count.tx),
        "inOctets": count.octets(count.rx),
    }
    for name in ("MulticastPkts", "BroadcastPkts", "Discards"):
        values[f"in{name}"] = values[f"out{name}"] = 0
    return values | {"totalInErrors": 0, "totalOutErrors": 0}


# --- neighbours


def lldp(context: Context, arguments: tuple[str, ...]) -> Model:
    """`show lldp neighbors [X]`."""
    found = [
        {
            "port": one.local_port,
            "neighborDevice": one.device.hostname,
            "neighborPort": one.announced_port,
            "ttl": 120,
        }
        for one in _heard(context, arguments)
    ]
    age = (context.device.lab_now() - context.device.booted).total_seconds()
    return {
        "tablesLastChangeTime": context.device.now().timestamp() - age,
        "tablesInserts": len(found),
        "tablesDeletes": 0,
        "tablesDrops": 0,
        "tablesAgeOuts": 0,
        "lldpNeighbors": found,
    }


def lldp_detail(context: Context, arguments: tuple[str, ...]) -> Model:
    """`show lldp neighbors [X] detail`."""
    found: dict[str, Model] = {}
    for one in _heard(context, arguments):
        found[one.local_port] = {"lldpNeighborInfo": [_neighbor(one)]}
    return {"lldpNeighbors": found}


def _heard(context: Context, arguments: tuple[str, ...]) -> list[Neighbor]:
    device = context.device
    if not device.view.lldp:
        return []
    chosen = {state.port.name for state in system.states(context, arguments)}
    heard = context.fabric.neighbors(device, "lldp")
    return [one for one in heard if one.local_port in chosen]


def _neighbor(one: Neighbor) -> Model:
    mac = one.device.mac("chassis")
    return {
        "chassisIdType": "macAddress",
        "chassisId": f"{mac[:4]}.{mac[4:8]}.{mac[8:]}",
        "systemName": one.device.hostname,
        "systemDescription": " ".join(one.device.description),
        "systemCapabilities": {"bridge": True, "router": True},
        "neighborInterfaceInfo": {
            "interfaceIdType": "interfaceName",
            "interfaceId": f'"{one.announced_port}"',
            "interfaceId_v2": one.announced_port,
            "interfaceDescription": one.description,
        },
        "ttl": 120,
    }


# --- configuration


def running_config(context: Context, _: tuple[str, ...]) -> Model:
    """`show running-config`."""
    return _config(context.device.running)


def startup_config(context: Context, _: tuple[str, ...]) -> Model:
    """`show startup-config`."""
    return _config(context.device.startup)


def _config(tree: ConfigTree) -> Model:
    return {"header": [], "cmds": _commands(tree.root)}


def _commands(node: Statement) -> Model:
    """Statements by their text; None below what has no mode of its own."""
    return {
        text: {"comments": [], "cmds": _commands(child)} if child.mode is not None else None
        for text, child in node.children.items()
    }


def listed(context: Context, _: tuple[str, ...]) -> Model:
    """`show configuration sessions`."""
    return sessions.model(context, detail=False)


def listed_detail(context: Context, _: tuple[str, ...]) -> Model:
    """`show configuration sessions detail`."""
    return sessions.model(context, detail=True)


def command_api(context: Context, _: tuple[str, ...]) -> Model:
    """`show management api http-commands`."""
    return api_config.model(context.device)
