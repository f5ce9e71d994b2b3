"""Everything that opens a connection to a device: read-only collection, and host keys.

Importing this room loads Nornir, Netmiko and paramiko; commands import it only when they connect.
"""

from netmod.devices.collection import collect
from netmod.devices.guard import check_command
from netmod.devices.host_keys import KeyScan, ShownKey, fetch_host_keys
from netmod.devices.known_hosts import KnownHosts
from netmod.devices.known_hosts_file import record_host_keys
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
    "KeyScan",
    "KnownHosts",
    "Output",
    "ShownKey",
    "StreamingRunner",
    "Target",
    "check_command",
    "collect",
    "fetch_host_keys",
    "record_host_keys",
]
