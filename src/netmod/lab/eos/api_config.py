"""EOS: `management api http-commands`, which says whether the device answers eAPI at all."""

from __future__ import annotations

from netmod.lab.commands import Context
from netmod.lab.device import Device
from netmod.lab.statements import Statement

_SECTION = "management api http-commands"
_PORTS = {"http": 80, "https": 443}


def _section(device: Device) -> Statement:
    return device.running.root.children.get(_SECTION) or Statement(_SECTION)


def enabled(device: Device) -> bool:
    """Whether the device answers eAPI over HTTPS: not until the configuration says so."""
    _ = device.view  # a commit whose time is over has been taken back
    return "no shutdown" in _section(device).children and _serves(device, "https")


def _serves(device: Device, protocol: str) -> bool:
    below = _section(device).children
    if "no shutdown" not in below or f"no protocol {protocol}" in below:
        return False
    return protocol == "https" or "protocol http" in below


def _vrfs(device: Device) -> list[str]:
    """The VRFs of their own `no shutdown`; the default one where there is none."""
    named = [
        name for name, body in _section(device).below("vrf ") if "no shutdown" in body.children
    ]
    return named or ["default"]


def shown(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show management api http-commands`."""
    device = context.device
    on = "no shutdown" in _section(device).children
    lines = [f"Enabled:            {'Yes' if on else 'No'}"]
    for protocol, port in reversed(_PORTS.items()):
        state = "running" if _serves(device, protocol) else "shutdown"
        label = f"{protocol.upper()} server:"
        lines.append(f"{label:<20}{state}, set to use port {port}")
    return [*lines, f"{'VRFs:':<20}{', '.join(_vrfs(device))}"]


def model(device: Device) -> dict[str, object]:
    """The same as eAPI has it."""
    values: dict[str, object] = {"enabled": "no shutdown" in _section(device).children}
    for protocol, port in _PORTS.items():
        on = _serves(device, protocol)
        values[f"{protocol}Server"] = {"configured": on, "running": on, "port": port}
    return values | {"vrfs": _vrfs(device)}
