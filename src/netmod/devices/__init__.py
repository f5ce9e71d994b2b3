"""Everything that opens a connection to a device: read-only collection, host keys, changes.

Importing this room loads Nornir, Netmiko and paramiko; commands import it only when they connect.
NAPALM is loaded when a change is opened.
"""

from netmod.devices.change import (
    ChangeSession,
    Means,
    PendingChange,
    Probe,
    Tls,
    change_means,
    marker_of,
    open_change,
    probe_change,
    resume_change,
)
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
    "ChangeSession",
    "Collection",
    "HostOutput",
    "HostStatus",
    "KeyScan",
    "KnownHosts",
    "Means",
    "Output",
    "PendingChange",
    "Probe",
    "ShownKey",
    "StreamingRunner",
    "Target",
    "Tls",
    "change_means",
    "check_command",
    "collect",
    "fetch_host_keys",
    "marker_of",
    "open_change",
    "probe_change",
    "record_host_keys",
    "resume_change",
]
