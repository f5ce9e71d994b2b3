"""Genie as a second opinion: it reads the lab's outputs, and says what our readers say.

Genie and our readers share no code, and neither shares any with the lab. Runs in an environment
of its own (`make test-pyats`), since pyATS never shares one with netmod.
"""

from __future__ import annotations

from typing import Any

import pytest

from netmod.evidence import Capture, HostCaptures
from netmod.facts import HostFacts
from netmod.lab.shell import Shell
from netmod.platforms import read_host
from netmod.platforms._interfaces import expand
from tests.unit.lab_pair import XE, XE_PORT, XR, XR_PORT, pair

device_module = pytest.importorskip("genie.conf.base", reason="Genie lives in .venv-pyats")
GENIE_OS = {"xe": ("iosxe", "cisco_iosxe"), "xr": ("iosxr", "cisco_iosxr")}


def output(name: str, command: str) -> str:
    """What a device of the lab prints; `xe` and `xr` are joined by one encrypted link."""
    lab, _ = pair(XE, XR)
    (reply,) = Shell(lab.devices[name], lab.fabric).receive(command + "\n")
    return str(reply.output).replace("\r\n", "\n")


def genie(name: str, command: str) -> Any:
    device = device_module.Device(name, os=GENIE_OS[name][0])
    device.custom.abstraction = {"order": ["os"]}
    return device.parse(command, output=output(name, command))


def ours(name: str, command: str) -> HostFacts:
    capture = Capture(
        host=name, command=command, text=output(name, command), file="x", sha256="", exact=True
    )
    return read_host(HostCaptures(name, (capture,), platform=GENIE_OS[name][1]), at=None)


def test_mka_session() -> None:
    theirs = genie("xe", "show mka sessions")["sessions"][1]
    (end,) = ours("xe", "show mka sessions").link_ends
    assert end.interface == XE_PORT
    assert (end.ckn, end.live_peers, end.policy) == (
        theirs["ckn"],
        int(theirs["macsec-peers"]),
        theirs["policy-name"],
    )
    assert (end.state == "secured") == (theirs["status"] == "Secured")
    assert end.key_server == (theirs["key-server"] == "YES")


def test_secure_channels_of_an_interface() -> None:
    command = f"show macsec interface {XE_PORT}"
    theirs = genie("xe", command)["macsec-data"]
    (end,) = ours("xe", command).link_ends
    assert (end.cipher, end.confidentiality_offset, end.replay_window) == (
        theirs["cipher"],
        int(theirs["confidentiality-offset"]),
        int(theirs["replay-window"]),
    )


def test_mka_policy() -> None:
    theirs = genie("xe", "show mka policy")["policy"]["P"]
    policy = next(one for one in ours("xe", "show mka policy").policies if one.name == "P")
    assert policy.ciphers == (theirs["cipher"],)
    assert policy.confidentiality_offset == theirs["confidentiality_offset"]
    assert policy.interfaces == (XE_PORT,)


@pytest.mark.parametrize(("name", "port"), [("xe", XE_PORT), ("xr", XR_PORT)])
def test_neighbours(name: str, port: str) -> None:
    theirs = genie(name, "show lldp neighbors detail")["interfaces"]
    seen = {
        (interface, one["system_name"], far)
        for interface, below in theirs.items()
        for far, ports in below["port_id"].items()
        for one in ports["neighbors"].values()
    }
    facts = ours(name, "show lldp neighbors detail").neighbors
    # Genie writes the far port out; we keep it as printed, for it is another device's spelling
    types = ("HundredGigE",)
    read = {
        (one.local_interface, one.neighbor, expand(one.neighbor_interface or "", types))
        for one in facts
    }
    assert read == seen
    assert port in theirs


def test_versions() -> None:
    xe, xr = genie("xe", "show version")["version"], genie("xr", "show version")
    assert ours("xe", "show version").version.version == xe["version"]
    assert ours("xr", "show version").version.version == xr["software_version"]
