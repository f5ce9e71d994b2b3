"""How devices are reached for a change, and what they say of one."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from netmod.credentials import Secret
from netmod.devices.session import Access
from netmod.devices.turns import Turns
from netmod.errors import ConnectionFailed
from netmod.platforms._change import Timer


@dataclass(frozen=True, slots=True)
class Tls:
    """How the certificate of a device's eAPI is checked; without either nobody is trusted.

    `pins` are SHA-256 fingerprints of certificates by host name, in hex; a host with a pin needs
    no more. `ca_file` holds the authorities for the others, whose certificates must name the
    device's address. `ports` are by host, 443 where none is given.
    """

    ca_file: Path | None = None
    pins: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Means:
    """How devices are reached for a change. `timeout`, in seconds, is for one answer.

    `seal` is the key by which configs are told apart that differ in secrets alone. It has to be
    the same for whoever goes on with a change, and stand where its records do not.
    """

    access: Access
    turns: Turns
    timeout: float = 120.0
    tls: Tls = field(default_factory=Tls)
    seal: Secret = field(default_factory=lambda: Secret(secrets.token_hex(32)))

    def take_turn(self, host: str) -> None:
        """Wait until a login may begin. Raises `ConnectionFailed` where none may any more."""
        if not self.turns.wait():
            raise ConnectionFailed(
                f"the change was stopped before a login on {host}",
                hint="see the journal for what each device was told",
                code="interrupted",
            )


@dataclass(frozen=True, slots=True)
class State:
    """What a device says of a change. `found` is whether its marker is there.

    `running` is the `running_hash` of what runs, `seal` its `running_seal`.
    """

    timer: Timer | None
    ours: bool
    found: bool
    running: str
    seal: str = ""
