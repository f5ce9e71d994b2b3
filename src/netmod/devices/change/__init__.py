"""Changes on devices: one interface over NAPALM's drivers and the platforms' own commands.

Importing this package loads no NAPALM; opening a session loads what the platform needs.
See docs/change.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from netmod.credentials import Login, Secret
from netmod.devices.change.means import Means, Tls
from netmod.devices.change.records import Kind, PendingChange, Probe
from netmod.devices.change.session import ChangeSession
from netmod.devices.change.veil import Resolve
from netmod.devices.known_hosts import KnownHosts
from netmod.devices.route import Route
from netmod.devices.session import Access, OpenSockets
from netmod.devices.targets import Target
from netmod.devices.turns import Turns
from netmod.errors import ChangeFailed
from netmod.platforms._change import marker_of
from netmod.settings import CollectSettings

__all__ = [
    "ChangeSession",
    "Kind",
    "Means",
    "PendingChange",
    "Probe",
    "Resolve",
    "Tls",
    "change_means",
    "marker_of",
    "open_change",
    "probe_change",
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


@contextmanager
def change_means(
    login: Login,
    known_hosts: Path,
    *,
    settings: CollectSettings,
    tls: Tls | None = None,
    seal: Secret | None = None,
) -> Iterator[Means]:
    """The way to devices while the block runs; logins that hang and open sessions end with it.

    `seal` is that of `Means`; without one, what another process has to go on with is not sealed.

    A jump host stands in `ssh_config` beside `known_hosts`, as for collection. Raises
    `ConnectionFailed` where one of the two cannot be read.
    """
    sockets, turns = OpenSockets(), Turns(settings.logins_per_second)
    access = Access(
        login,
        KnownHosts.read(known_hosts),
        settings.connect_timeout,
        sockets,
        Route(known_hosts.parent),
    )
    with sockets.watched():
        try:
            means = Means(access, turns, settings.command_timeout, tls or Tls())
            yield means if seal is None else replace(means, seal=seal)
        finally:
            turns.end()


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


def probe_change(record: PendingChange, target: Target, means: Means) -> Probe:
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
