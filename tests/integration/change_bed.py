"""What the tests of changes share: a lab of two devices, and the way to one of them."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path
from typing import Any

from netmod.credentials import Login, Secret
from netmod.devices import KnownHosts, Target
from netmod.devices.change import (
    Means,
    PendingChange,
    Tls,
    open_change,
    probe_change,
    resume_change,
)
from netmod.devices.route import Route
from netmod.devices.session import Access, OpenSockets
from netmod.devices.turns import Turns
from netmod.lab import Lab, ManualClock
from netmod.lab.shell import open_shell

CANARY = "c4n4ry5ecr3t"
OTHER_KEY = "fedcba9876543210" * 4
SECRETS = {
    "canary": Secret(CANARY),
    "macsec/kc/1": Secret("0123456789abcdef" * 4),
    "other": Secret(OTHER_KEY),
}
TIMEOUT = 60.0
"""Seconds; generous, since the machine of a test may be busy."""


def means(lab: Lab, folder: Path, **changed: object) -> Means:
    """How a test reaches the lab."""
    known_hosts = changed.pop("known_hosts", lab.known_hosts)
    assert isinstance(known_hosts, str)
    access = Access(
        Login(lab.login.username, Secret(lab.login.password)),
        KnownHosts.parse(known_hosts),
        TIMEOUT,
        OpenSockets(),
        Route(folder),
    )
    pin = ""
    if lab.certificate:
        pin = hashlib.sha256(ssl.PEM_cert_to_DER_cert(lab.certificate)).hexdigest()
    ports = {name: one.https_port for name, one in lab.endpoints.items() if one.https_port}
    tls = Tls(pins=dict.fromkeys(lab.endpoints, pin) if pin else {}, ports=ports)
    return Means(access, Turns(1000.0), TIMEOUT, changed.pop("tls", tls))  # type: ignore[arg-type]


def target(lab: Lab, name: str) -> Target:
    endpoint = lab.endpoints[name]
    platform = lab.devices[name].persona.platform
    return Target(name, endpoint.address, endpoint.port, platform, "site", ())


def resolve(name: str) -> Secret | None:
    return SECRETS.get(name)


class Bed:
    """A device of a running lab, the lab's clock, and the way to change the device."""

    def __init__(self, lab: Lab, name: str, clock: ManualClock, folder: Path) -> None:
        self.lab, self.clock = lab, clock
        self.device = lab.devices[name]
        self.target, self.means, self.folder = target(lab, name), means(lab, folder), folder

    @property
    def running(self) -> str:
        """What runs, with what the timers did until now; without the line of the release, which
        the lab's devices keep of a file that has it."""
        _ = self.device.view
        lines = self.device.running.render(block_end=False)
        return "\n".join(line for line in lines if not line.startswith("version "))

    @property
    def startup(self) -> str:
        return "\n".join(self.device.startup.render(block_end=False))

    def typed(self, *lines: str) -> str:
        """What the device answers to the last of the lines, typed by somebody else."""
        shell = open_shell(self.device, self.lab.fabric)
        return list(shell.receive("".join(line + "\n" for line in lines)))[-1].output

    def open(self, change: str = "c1") -> Any:
        return open_change(self.target, self.means, change)

    def commit(self, text: str, seconds: int | None = 300) -> PendingChange:
        """Load and commit in a session of its own."""
        with self.open() as session:
            session.load(text, resolve)
            done: PendingChange = session.commit(session.intent(seconds, self.clock.now()))
            return done

    def resume(self, record: PendingChange) -> Any:
        return resume_change(record, self.target, self.means)

    def probe(self, record: PendingChange) -> Any:
        return probe_change(record, self.target, self.means)
