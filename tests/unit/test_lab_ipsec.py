"""IPsec tunnels of the lab's IOS-XE, and the readers against them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmod.evidence import Capture, HostCaptures
from netmod.inventory import Inventory, ManagedEnd, Trust
from netmod.lab import Lab, ManualClock
from netmod.lab.shell import open_shell
from netmod.platforms import platform, read_host
from tests.unit.lab_pair import NOON, device, link, site

OUTER, TUNNEL = "GigabitEthernet0/0/1", "Tunnel1"
KEY = "a-long-pre-shared-key"
CONFIG = f"""\
hostname {{name}}
crypto ikev2 proposal P
 encryption aes-gcm-256
 prf sha512
 group 20 19
crypto ikev2 policy POL
 proposal P
crypto ikev2 keyring K
 peer FAR
  address {{peer}}
  pre-shared-key {KEY}
crypto ikev2 profile IKE
 match identity remote address {{peer}} 255.255.255.255
 authentication remote pre-share
 authentication local pre-share
 keyring local K
 lifetime 28800
crypto ipsec transform-set T esp-gcm 256
 mode tunnel
crypto ipsec profile IPS
 set transform-set T
 set pfs group20
 set ikev2-profile IKE
 set security-association lifetime seconds 3600
interface {OUTER}
 ip address {{local}} 255.255.255.252
interface {TUNNEL}
 description backup
 ip address 10.0.0.{{number}} 255.255.255.252
 tunnel source {OUTER}
 tunnel mode ipsec ipv4
 tunnel destination {{peer}}
 tunnel protection ipsec profile IPS
end
"""
A = CONFIG.format(name="a", local="192.0.2.1", peer="192.0.2.2", number=1)
B = CONFIG.format(name="b", local="192.0.2.2", peer="192.0.2.1", number=2)


def pair(a: str = A, b: str = B) -> tuple[Lab, ManualClock]:
    links = [
        link(
            name, a=ManagedEnd(device="a", interface=port), b=ManagedEnd(device="b", interface=port)
        )
        for name, port in (("outer", OUTER), ("tunnel", TUNNEL))
    ]
    inventory = Inventory(
        trusts={"trust": Trust(id="trust", name="Trust")},
        sites={name: site(name) for name in ("site-a", "site-b")},
        devices={name: device(name, "cisco_iosxe") for name in "ab"},
        links={one.id: one for one in links},
    )
    clock = ManualClock(NOON)
    lab = Lab(inventory, {"a": a, "b": b}, clock=clock)
    assert lab.rejected == {}
    return lab, clock


def typed(lab: Lab, name: str, *lines: str) -> str:
    shell = open_shell(lab.devices[name], lab.fabric)
    replies = list(shell.receive("".join(f"{line}\n" for line in lines)))
    return replies[-1].output.replace("\r\n", "\n")


def seen(lab: Lab, name: str):
    """What the readers make of all that is collected of a device: its end of the tunnel."""
    device = lab.devices[name]
    captures = [
        Capture(
            host=name, command=command, text=typed(lab, name, command), sha256="",
            file=f"{name}/{command.replace(' ', '_')}.txt", exact=True, captured_at=device.now(),
        )
        for command in platform("cisco_iosxe").collect
    ]  # fmt: skip
    facts = read_host(
        HostCaptures(host=name, captures=tuple(captures), platform="cisco_iosxe"), at=device.now()
    )
    return facts, next((end for end in facts.link_ends if end.interface == TUNNEL), None)


def traffic(lab: Lab) -> str:
    states = {lab.fabric.port(lab.devices[name], TUNNEL).traffic for name in "ab"}
    (one,) = states
    return one


SCENARIOS = {
    "as intended": (A, B, "encrypted"),
    "CBC": (
        A.replace("aes-gcm-256", "aes-cbc-256").replace(" prf", " integrity"),
        B.replace("aes-gcm-256", "aes-cbc-256 aes-gcm-256").replace(" prf", " integrity"),
        "encrypted",
    ),
    "a key per direction": (
        A.replace(f"key {KEY}", "key local one").replace("local one", "local one\n  pre-shared-key remote two"),
        B.replace(f"key {KEY}", "key local two").replace("local two", "local two\n  pre-shared-key remote one"),
        "encrypted",
    ),
    "another key": (A.replace(KEY, "something-else"), B, "none"),
    "keys of one direction swapped": (
        A.replace(f"key {KEY}", "key local one\n  pre-shared-key remote two"),
        B.replace(f"key {KEY}", "key local one\n  pre-shared-key remote two"),
        "none",
    ),
    "no key for the peer": (A.replace("  address 192.0.2.2", "  address 192.0.2.77"), B, "none"),
    "no cipher in common": (A.replace("aes-gcm-256", "aes-gcm-128"), B, "none"),
    "no group in common": (A.replace("group 20 19", "group 14"), B, "none"),
    "no transform in common": (A.replace("esp-gcm 256", "esp-aes 256 esp-sha256-hmac"), B, "none"),
    "a proposal that no policy names": (A.replace("\n proposal P\n", "\n proposal Q\n"), B, "none"),
    "another identity": (A.replace("remote address 192.0.2.2", "remote address 192.0.2.9"), B, "none"),
    "a profile that is not defined": (A.replace("ipsec profile IPS\nend", "ipsec profile X\nend"), B, "none"),
    "another destination": (A.replace("destination 192.0.2.2", "destination 192.0.2.9"), B, "none"),
    "the outer port is shut": (A.replace(" ip address 192", " shutdown\n ip address 192"), B, "none"),
    "the tunnel is shut": (A.replace(" description backup", " shutdown"), B, "none"),
    "no cipher": (
        A.replace("esp-gcm 256", "esp-null esp-sha256-hmac"),
        B.replace("esp-gcm 256", "esp-null esp-sha256-hmac"),
        "clear",
    ),
}  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_secured_means_encrypted(scenario: str) -> None:
    a, b, expected = SCENARIOS[scenario]
    lab, _ = pair(a, b)
    assert traffic(lab) == expected
    for name in "ab":
        _, end = seen(lab, name)
        assert (end is not None and end.state == "secured") == (expected == "encrypted")


def test_values_are_those_of_both_ends() -> None:
    lab, clock = pair()
    clock.advance(timedelta(minutes=10))
    (facts, one), (_, other) = seen(lab, "a"), seen(lab, "b")
    (ike,) = facts.ike_sas
    assert (ike.local, ike.remote, ike.version, ike.state) == ("192.0.2.1", "192.0.2.2", 2, "READY")
    assert (ike.encr, ike.prf, ike.integrity, ike.dh, ike.auth) == (
        "AES-GCM-256", "SHA512", None, 20, "PSK",
    )  # fmt: skip
    assert (one.technology, one.peer) == ("ipsec", "192.0.2.2")
    assert (one.transform, one.pfs, one.mode) == ("esp-gcm 256", "group20", "tunnel")
    assert one.inbound_spis == other.outbound_spis
    assert one.outbound_spis == other.inbound_spis
    assert one.inbound_spis


def test_what_one_sends_with_is_what_the_other_receives_with() -> None:
    lab, clock = pair()
    for _ in range(3):
        ends = [
            lab.fabric.association(lab.devices[name], lab.devices[name].view.ports[TUNNEL])
            for name in "ab"
        ]
        one, other = ends
        assert (one.inbound, one.encaps) == (other.outbound, other.decaps)
        assert (one.outbound, one.decaps) == (other.inbound, other.encaps)
        assert one.ike_spis == other.ike_spis[::-1]
        assert one.initiates != other.initiates
        assert min(one.inbound, one.outbound) > 255
        clock.advance(timedelta(hours=1, minutes=1))


def test_counters_rise_and_a_rekey_gives_new_spis() -> None:
    lab, clock = pair()
    port = lab.devices["a"].view.ports[TUNNEL]
    first = lab.fabric.association(lab.devices["a"], port)
    clock.advance(timedelta(minutes=1))
    second = lab.fabric.association(lab.devices["a"], port)
    assert second.encaps > first.encaps
    assert second.decaps > first.decaps
    clock.advance(timedelta(seconds=3600))
    third = lab.fabric.association(lab.devices["a"], port)
    assert third.encaps > second.encaps
    assert {third.inbound, third.outbound}.isdisjoint({second.inbound, second.outbound})
    assert third.age == second.age


def test_a_new_key_on_one_side_ends_the_tunnel_until_the_other_has_it() -> None:
    lab, clock = pair()
    ring = ("configure terminal", "crypto ikev2 keyring K", "peer FAR", "pre-shared-key new")
    typed(lab, "a", *ring)
    assert traffic(lab) == "none"
    assert "DOWN-NEGOTIATING" in typed(lab, "b", "show crypto session detail")
    assert typed(lab, "b", "show crypto ikev2 sa") == ""
    clock.advance(timedelta(minutes=5))
    typed(lab, "b", *ring)
    clock.advance(timedelta(seconds=30))
    assert traffic(lab) == "encrypted"
    assert "Life/Active Time: 28800/30 sec" in typed(lab, "a", "show crypto ikev2 sa")
    assert "pre-shared-key a-long" not in typed(lab, "a", "show running-config")
