"""What the tests of changes share: a lab of two devices, and the way to one of them."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

from netmod.credentials import Login, Secret
from netmod.devices import KnownHosts, Target
from netmod.devices.change import Means, Tls
from netmod.devices.route import Route
from netmod.devices.session import Access, OpenSockets
from netmod.devices.turns import Turns
from netmod.lab import Lab

CANARY = "c4n4ry5ecr3t"
SECRETS = {"canary": Secret(CANARY), "macsec/kc/1": Secret("0123456789abcdef" * 4)}
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
