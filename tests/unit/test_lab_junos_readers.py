"""Junos in the lab's fabric, and the readers against it: secured there is encrypted here."""

from __future__ import annotations

import pytest

from netmod.evidence import Capture, HostCaptures
from netmod.platforms import platform, read_host
from tests.unit.lab_junos import JUNOS, PORT, junos_pair, typed, without
from tests.unit.lab_pair import FALLBACK_XR, NOON, XR, XR_PORT

MKA = "set security macsec connectivity-association CA "
CHAIN = f"""\
{without(JUNOS, "pre-shared-key")}{MKA}pre-shared-key-chain KC
set security authentication-key-chains key-chain KC key 1 key-name 01aa
set security authentication-key-chains key-chain KC key 1 secret <secret:macsec/kc/1>
set security authentication-key-chains key-chain KC key 1 start-time "2026-1-1.00:00:00 +0000"
"""
LATER = CHAIN.replace("key 1 ", "key 2 ").replace("01aa", "03cc").replace("2026-1-1", "2026-7-1")
SCENARIOS = {
    "as intended": (JUNOS, XR, "encrypted"),
    "a key chain": (CHAIN, XR, "encrypted"),
    "a key chain with a key to come": (CHAIN + LATER, XR, "encrypted"),
    "a key to come alone": (CHAIN.replace("2026-1-1", "2026-7-1"), XR, "blocked"),
    "another key": (JUNOS.replace("kc/1>", "kc/9>"), XR, "blocked"),
    "another CKN": (JUNOS.replace("01aa", "02aa"), XR, "blocked"),
    "no common cipher": (JUNOS.replace("xpn-256", "128"), XR, "blocked"),
    "integrity alone": (JUNOS + MKA + "no-encryption\n", XR, "clear"),
    "no association": (without(JUNOS, "macsec interfaces"), XR, "blocked"),
    "not static": (without(JUNOS, "security-mode"), XR, "blocked"),
    "shut": (JUNOS + f"set interfaces {PORT} disable\n", XR, "none"),
    "both fail open": (
        JUNOS.replace("01aa", "02aa") + MKA + "mka should-secure\n",
        XR.replace("must-secure", "should-secure"),
        "clear",
    ),
}


def link_end(lab):
    device = lab.devices["ju"]
    found = []
    for command in platform("juniper_junos").collect:
        (output,) = typed(lab, command)
        assert "^" not in output, command
        found.append(
            Capture(
                host="ju", command=command, text=output.replace("\r\n", "\n"), sha256="",
                file=f"ju/{command.replace(' ', '_')}.txt", exact=True, captured_at=device.now(),
            )
        )  # fmt: skip
    captures = HostCaptures(host="ju", captures=tuple(found), platform="juniper_junos")
    facts = read_host(captures, at=device.now())
    ends = [end for end in facts.link_ends if end.interface == PORT]
    return facts, ends[0] if ends else None


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_secured_means_encrypted(scenario):
    junos, xr, traffic = SCENARIOS[scenario]
    lab, _ = junos_pair(junos, xr)
    assert lab.rejected == {}
    near, far = (lab.fabric.port(lab.devices[n], p) for n, p in (("ju", PORT), ("xr", XR_PORT)))
    assert near.traffic == far.traffic == traffic
    _, seen = link_end(lab)
    assert (seen is not None and seen.state == "secured") == (traffic == "encrypted")


def test_values_are_those_of_the_session():
    lab, _ = junos_pair()
    facts, seen = link_end(lab)
    active = lab.fabric.port(lab.devices["ju"], PORT).active
    assert (seen.cipher, seen.ckn.lower()) == (active.cipher, active.key.name)
    assert seen.key_server is active.key_server is True
    assert seen.local_sci.lower() == active.local.sci
    assert [sci.lower() for sci in seen.peer_scis] == [active.peer.sci]
    assert (facts.hostname, facts.version.version) == ("ju", lab.devices["ju"].persona.version)
    assert lab.devices["ju"].serial in facts.version.serials
    assert facts.device_clock == NOON
    (neighbor,) = facts.neighbors
    assert (neighbor.local_interface, neighbor.neighbor) == (PORT, "xr")
    assert neighbor.neighbor_interface == XR_PORT


def test_a_fallback_key_is_seen_as_one():
    fallback = f"{MKA}fallback-key ckn 02bb\n{MKA}fallback-key cak <secret:macsec/fb/1>\n"
    lab, _ = junos_pair(JUNOS.replace("kc/1>", "kc/9>") + fallback, FALLBACK_XR)
    assert lab.fabric.port(lab.devices["ju"], PORT).active.source == "fallback"
    _, seen = link_end(lab)
    assert seen.state == "secured"
    assert "M10" in seen.weaknesses
