"""The readers against the lab: what they conclude is what the fabric knows to be true.

The two share no code. The error that does harm is a reader that says `secured` where the lab
does not encrypt; the others are gaps.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmod.evidence import Capture, HostCaptures
from netmod.lab.shell import Shell
from netmod.platforms import platform, read_host
from tests.unit.lab_pair import (
    FALLBACK_XE,
    FALLBACK_XR,
    NOON,
    XE,
    XE_PORT,
    XR,
    XR_PORT,
    pair,
)


def captures(lab, name):
    """What collection would store of a device: the outputs of its platform's commands."""
    device = lab.devices[name]
    shell = Shell(device, lab.fabric)
    found = []
    for command in platform(device.persona.platform).collect:
        (reply,) = shell.receive(command + "\n")
        found.append(
            Capture(
                host=name,
                command=command,
                text=reply.output.replace("\r\n", "\n"),
                file=f"{name}/{command.replace(' ', '_')}.txt",
                sha256="",
                exact=True,
                captured_at=device.now(),
            )
        )
    return HostCaptures(host=name, captures=tuple(found), platform=device.persona.platform)


def facts(lab, name):
    return read_host(captures(lab, name), at=lab.devices[name].now())


def link_end(lab, name):
    port = {"xe": XE_PORT, "xr": XR_PORT}[name]
    ends = [end for end in facts(lab, name).link_ends if end.interface == port]
    return ends[0] if ends else None


BARE_XE = XE.replace(" macsec network-link\n", "").replace(" mka policy P\n mka pre", " mka pre")
BARE_XE = BARE_XE.replace(" mka pre-shared-key key-chain KC\n", "")
BARE_XR = XR.replace(" macsec psk-keychain KC policy P\n", "")
WEAK_XE, WEAK_XR = XE.replace("xpn-256", "128"), XR.replace("XPN-256", "128")
OFFSET_XE = XE.replace("xpn-256", "256").replace(
    " sak-rekey", " confidentiality-offset 30\n sak-rekey"
)
OFFSET_XR = XR.replace("XPN-256", "256\n conf-offset CONF-OFFSET-30")
OPEN_XE = XE.replace(" macsec network-link", " macsec access-control should-secure\n macsec")
OPEN_XR = XR.replace("must-secure", "should-secure")

SCENARIOS = {
    "as intended": (XE, XR),
    "fallback ready": (FALLBACK_XE, FALLBACK_XR),
    "on the fallback key": (FALLBACK_XE.replace("kc/1>", "kc/9>"), FALLBACK_XR),
    "weak cipher": (WEAK_XE, WEAK_XR),
    "offset": (OFFSET_XE, OFFSET_XR),
    "fails open": (OPEN_XE, OPEN_XR),
    "fails open and pending": (OPEN_XE.replace("kc/1>", "kc/9>"), OPEN_XR),
    "another key": (XE.replace("kc/1>", "kc/9>"), XR),
    "another CKN": (XE.replace("key 01aa", "key 02aa"), XR),
    "no common cipher": (WEAK_XE, XR),
    "one-sided at xe": (XE, BARE_XR),
    "one-sided at xr": (BARE_XE, XR),
    "nothing configured": (BARE_XE, BARE_XR),
    "xe shut": (XE.replace(" description to xr", " shutdown"), XR),
    "xr shut": (XE, XR.replace(" description to xe", " shutdown")),
    "keys ended": (
        XE.replace("Dec 31 2026", "Jun 14 2026"),
        XR.replace("december 31 2026", "june 14 2026"),
    ),
}


@pytest.mark.parametrize("name", ["xe", "xr"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_secured_means_encrypted(scenario, name):
    lab, _ = pair(*SCENARIOS[scenario])
    port = {"xe": XE_PORT, "xr": XR_PORT}[name]
    truth = lab.fabric.port(lab.devices[name], port)
    seen = link_end(lab, name)
    assert (seen is not None and seen.state == "secured") == (truth.traffic == "encrypted")


@pytest.mark.parametrize(
    ("scenario", "weakness", "names"),
    [
        ("weak cipher", "M05", ["xe", "xr"]),
        ("offset", "M07", ["xe", "xr"]),
        ("fails open", "M01", ["xe", "xr"]),
        ("on the fallback key", "M10", ["xr"]),
    ],
)
def test_each_weakness_is_seen_and_only_where_it_is(scenario, weakness, names):
    for name in names:
        assert weakness in link_end(pair(*SCENARIOS[scenario])[0], name).weaknesses
        assert weakness not in link_end(pair(XE, XR)[0], name).weaknesses


@pytest.mark.parametrize("scenario", ["as intended", "on the fallback key", "weak cipher"])
def test_values_are_those_of_the_session(scenario):
    lab, _ = pair(*SCENARIOS[scenario])
    for name, port in (("xe", XE_PORT), ("xr", XR_PORT)):
        active = lab.fabric.port(lab.devices[name], port).active
        seen = link_end(lab, name)
        assert seen.cipher == active.cipher
        assert seen.ckn.lower() == active.key.name
        assert seen.key_server == active.key_server
        assert seen.live_peers == 1
        assert seen.local_sci.lower() == active.local.sci
        assert [sci.lower() for sci in seen.peer_scis] == [active.peer.sci]


def test_who_and_what_a_device_is():
    lab, _ = pair()
    for name in ("xe", "xr"):
        device, seen = lab.devices[name], facts(lab, name)
        assert (seen.hostname, seen.version.version) == (name, device.persona.version)
        assert seen.version.model == device.model
        assert device.serial in seen.version.serials
        assert seen.device_clock == NOON
        (neighbor,) = seen.neighbors
        other = {"xe": "xr", "xr": "xe"}[name]
        ports = {"xe": XE_PORT, "xr": XR_PORT}
        assert neighbor.neighbor == other
        assert neighbor.local_interface == ports[name]
        assert neighbor.neighbor_interface in (
            ports[other],
            lab.devices[other].persona.grammar.short_interface(ports[other]),
        )


def test_an_expired_key_is_judged_by_the_devices_clock():
    lab, _ = pair()
    lab.devices["xe"].skew = timedelta(days=365)
    assert link_end(lab, "xe").state != "secured"
    assert link_end(lab, "xr").state != "secured"
    (chain,) = [one for one in facts(lab, "xe").key_chains if one.name == "KC"]
    assert [key.valid for key in chain.keys] == [False]
