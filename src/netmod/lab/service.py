"""What answers beside the shell: an SSH subsystem (NETCONF), an SSH command (SCP), and eAPI."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
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


class ApiFaults(Protocol):
    """What a request may meet: its session ends, or an output loses its second half."""

    @property
    def drop(self) -> re.Pattern[str] | None: ...

    @property
    def truncate(self) -> re.Pattern[str] | None: ...


@dataclass(frozen=True, slots=True)
class HttpApi:
    """What an OS answers to HTTPS requests: `POST` to one path, request body → response body.

    `enabled` tells whether the configuration lets the device answer. `answer` takes (device,
    region, user, body, faults) and raises `ConnectionResetError` where a fault ends the session.
    """

    path: str
    enabled: Callable[[Device], bool]
    answer: Callable[[Device, Fabric, str, bytes, ApiFaults], bytes]


class Sessions:
    """The sessions of one device that have numbers: those of NETCONF."""

    def __init__(self) -> None:
        self._open: dict[int, Service] = {}
        self._last = 0

    def number(self) -> int:
        """A number that no session had before."""
        self._last += 1
        return self._last

    def enter(self, number: int, service: Service) -> None:
        """A session begins."""
        self._open[number] = service

    def leave(self, number: int) -> None:
        """A session is over."""
        self._open.pop(number, None)

    def get(self, number: int) -> Service | None:
        """The session of a number, None where none is open."""
        return self._open.get(number)
