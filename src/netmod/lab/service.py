"""What answers on an SSH channel that is no shell: a subsystem (NETCONF) or a command (SCP)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a device has a persona, a persona has services
    from netmod.lab.device import Device
    from netmod.lab.fabric import Fabric


class Service(Protocol):
    """One session of a service: bytes in, bytes out. No transport, no waiting."""

    def closed(self) -> bool:
        """Whether the service has ended the session; what it returned last is still sent."""
        ...

    def open(self) -> bytes:
        """What the service sends first."""
        ...

    def receive(self, data: bytes) -> bytes:
        """Take what the client sent, and answer."""
        ...

    def end(self) -> None:
        """The session is over, whoever ended it. Called once."""
        ...


OpenService = Callable[["Device", "Fabric", str, str], Service]
"""(device, region, user, the command of the client or "" for a subsystem) → a session."""
