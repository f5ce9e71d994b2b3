"""Changes on devices: one interface over NAPALM's drivers and the platforms' own commands.

Importing this package loads no NAPALM; opening a session loads what the platform needs.
See docs/change.md.
"""

from __future__ import annotations

from importlib import import_module

from netmod.devices.change.records import Kind, PendingChange, Probe
from netmod.devices.change.session import ChangeSession, Means, Tls
from netmod.devices.change.veil import Resolve
from netmod.devices.targets import Target
from netmod.errors import ChangeFailed
from netmod.platforms._change import marker_of

__all__ = [
    "ChangeSession",
    "Kind",
    "Means",
    "PendingChange",
    "Probe",
    "Resolve",
    "Tls",
    "marker_of",
    "open_change",
    "probe",
    "resume_change",
]

_CLASSES = {
    "cisco_ios": ("ios", "IosChange"),
    "cisco_iosxe": ("ios", "IosChange"),
    "cisco_nxos": ("nxos", "NxosChange"),
    "cisco_iosxr": ("iosxr", "XrChange"),
    "juniper_junos": ("junos", "JunosChange"),
    "arista_eos": ("eos", "EosChange"),
}


def open_change(target: Target, means: Means, change: str) -> ChangeSession:
    """Log in for a change; `change` is its id, the same for every try of it on this host.

    Raises `ConnectionFailed`, and `ChangeFailed` where netmod cannot change the platform.
    """
    return _open(target, means, marker_of(change, target.name))


def resume_change(record: PendingChange, target: Target, means: Means) -> ChangeSession:
    """A new login for a change that was committed, perhaps by a process that is gone."""
    if (record.host, record.platform) != (target.name, target.platform):
        raise ChangeFailed(
            f"the record of a change on {record.host} does not belong to {target.name}",
            hint="look at the journal and the inventory; nothing was sent",
            code="wrong-device",
        )
    session = _open(target, means, record.marker)
    session.kind = record.kind
    return session


def probe(record: PendingChange, target: Target, means: Means) -> Probe:
    """What a device says of a change, over a new connection and login. Nothing is changed.

    Also that the device is the one that is meant: `ChangeFailed` with `wrong-device` otherwise.
    """
    with resume_change(record, target, means) as session:
        session.check_hostname()
        return session.probe(record)


def _open(target: Target, means: Means, marker: str) -> ChangeSession:
    if target.platform not in _CLASSES:
        raise ChangeFailed(
            f"{target.name} has the platform {target.platform!r}, which netmod does not change",
            hint="platforms are " + ", ".join(_CLASSES),
            code="unsupported",
        )
    module, name = _CLASSES[target.platform]
    kind: type[ChangeSession] = getattr(import_module(f"{__name__}.{module}"), name)
    return kind(target, means, marker)
