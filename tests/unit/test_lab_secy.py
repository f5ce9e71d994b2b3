"""The frames that a port of the lab counts, by the command that a platform names for one port."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmod.evidence import Capture, HostCaptures
from netmod.lab import Lab
from netmod.lab.shell import open_shell
from netmod.platforms import platform, read_host
from tests.unit.lab_pair import NOON, XE_PORT, XR, XR_PORT, pair

PORTS = {"xe": ("cisco_iosxe", XE_PORT), "xr": ("cisco_iosxr", XR_PORT)}


def frames(lab: Lab, name: str) -> tuple[int | None, int | None]:
    """Sent and received under encryption, as the platform's readers see it."""
    platform_id, port = PORTS[name]
    known = platform(platform_id)
    assert known is not None
    session = "show mka sessions detail" if name == "xe" else "show macsec mka session detail"
    commands = (session, *(one.format(port) for one in known.of_port))
    shell = open_shell(lab.devices[name], lab.fabric)
    texts = {command: next(iter(shell.receive(f"{command}\n"))).output for command in commands}
    captures = tuple(
        Capture(name, command, text.replace("\r\n", "\n"), command, "0" * 64, exact=True)
        for command, text in texts.items()
    )
    facts = read_host(HostCaptures(name, captures, platform=platform_id), at=NOON)
    (end,) = (one for one in facts.link_ends if one.technology == "macsec")
    return end.tx_encrypted, end.rx_ok


def test_frames_rise_at_both_ends() -> None:
    lab, clock = pair()
    clock.advance(timedelta(minutes=5))
    first = {name: frames(lab, name) for name in PORTS}
    clock.advance(timedelta(seconds=6))
    second = {name: frames(lab, name) for name in PORTS}
    for name, (sent, received) in second.items():
        assert sent is not None
        assert received is not None
        assert sent > (first[name][0] or 0) > 0
        assert received > (first[name][1] or 0) > 0


@pytest.mark.parametrize("name", PORTS)
def test_a_port_that_does_not_encrypt_counts_nothing(name: str) -> None:
    lab, clock = pair(xr=XR.replace("kc/1>", "kc/2>"))
    clock.advance(timedelta(minutes=5))
    assert not any(frames(lab, name))
