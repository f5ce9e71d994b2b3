"""Everything that opens a connection to a device: read-only collection.

Importing this room loads Nornir, Netmiko and paramiko; commands import it only when they connect.
"""

from netmod.devices.collection import collect
from netmod.devices.guard import check_command
from netmod.devices.known_hosts import KnownHosts
from netmod.devices.runner import StreamingRunner
from netmod.devices.targets import (
    NETMIKO_TYPES,
    Collection,
    HostOutput,
    HostStatus,
    Output,
    Target,
)

__all__ = [
    "NETMIKO_TYPES",
    "Collection",
    "HostOutput",
    "HostStatus",
    "KnownHosts",
    "Output",
    "StreamingRunner",
    "Target",
    "check_command",
    "collect",
]
