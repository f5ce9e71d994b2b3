"""Ports, access lists and certificates of IOS: one text each, and what is read out of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from netmod.evidence import Capture, HostCaptures
from netmod.facts import AccessRule, HostFacts
from netmod.platforms import read_host

HEAD = "version 17.12\nhostname sw1\n"
TAIL = "line vty 0 4\n transport input ssh\nend\n"
LOGIN = " authentication port-control auto\n dot1x pae authenticator\n"


def read(command: str, text: str) -> HostFacts:
    capture = Capture(host="sw1", command=command, text=text, file="sw1/x.txt", sha256="")
    return read_host(HostCaptures(host="sw1", captures=(capture,), platform="cisco_iosxe"), at=None)


def config(text: str, *, asks: bool = True) -> HostFacts:
    control = "dot1x system-auth-control\n" if asks else ""
    return read("show running-config", f"{HEAD}{control}{text}{TAIL}")


PORTS = [
    # lines of the port, mode, used, authenticated
    (" switchport mode access\n" + LOGIN, "access", True, True),
    (" switchport mode access\n", "access", True, False),
    (" switchport mode access\n authentication open\n" + LOGIN, "access", True, False),
    (" switchport mode access\n authentication port-control force-authorized\n", "access", True, False),
    (" switchport mode access\n source template DOT1X\n", "access", True, None),
    (" switchport mode access\n access-session port-control auto\n access-session closed\n", "access", True, True),
    (" switchport mode access\n access-session port-control auto\n", "access", True, False),
    (" switchport mode trunk\n", "trunk", True, False),
    (" switchport access vlan 10\n", "access", True, False),  # a mode that the other side decides
    (" description somebody\n", "access", True, False),
    (" no switchport\n ip address 192.0.2.1 255.255.255.254\n", None, True, False),
    (" channel-group 1 mode active\n", None, True, False),
    ("", None, False, False),
    (" no ip address\n negotiation auto\n", None, False, False),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "mode", "used", "authenticated"), PORTS)
@pytest.mark.parametrize("shut", [True, False])
def test_ports(
    lines: str, mode: str | None, used: bool, authenticated: bool | None, shut: bool
) -> None:
    other = "interface GigabitEthernet1/0/2\n switchport mode trunk\n"
    text = f"interface GigabitEthernet1/0/1\n{lines}{' shutdown' if shut else ''}\n{other}"
    port, _ = config(text).ports
    assert port.interface == "GigabitEthernet1/0/1"
    assert (port.shutdown, port.mode, port.used) == (shut, mode, used)
    assert port.authenticated is authenticated


def test_without_its_global_switch_a_login_is_not_known() -> None:
    text = f"interface GigabitEthernet1/0/1\n switchport mode access\n{LOGIN}"
    assert config(text, asks=False).ports[0].authenticated is None


def test_a_part_of_a_config_tells_of_no_port() -> None:
    text = "interface GigabitEthernet1/0/1\n switchport mode access\n"
    assert read("show running-config interface GigabitEthernet1/0/1", text).ports == ()


def test_a_port_with_sub_interfaces_is_used_and_no_access_port() -> None:
    text = (
        "interface GigabitEthernet0/0/1\n no ip address\n"
        "interface GigabitEthernet0/0/1.10\n encapsulation dot1Q 10\n"
        "interface GigabitEthernet0/0/2\n switchport mode access\n"
    )
    first, second = config(text).ports
    assert (first.used, first.mode, second.mode) == (True, None, "access")


RULES = [
    ("permit tcp 10.1.0.0 0.0.255.255 host 10.2.0.1 eq 443",
     {"protocol": "tcp", "source": "10.1.0.0/16", "destination": "10.2.0.1/32", "ports": ((443, 443),)}),
    ("10 permit ip any any", {"permit": True}),
    ("deny ip any any log", {"permit": False}),
    ("permit udp any eq bootpc any eq bootps", {"protocol": "udp", "ports": ((67, 67),)}),
    ("permit tcp any any eq www 443", {"protocol": "tcp", "ports": ((80, 80), (443, 443))}),
    ("permit tcp any any range 20 22", {"protocol": "tcp", "ports": ((20, 22),)}),
    ("permit tcp any any gt 1023", {"protocol": "tcp", "ports": ((1024, 65535),)}),
    ("permit tcp any any established", {"protocol": "tcp", "established": True}),
    # what is not told by the fields
    ("permit tcp any any neq 22", {"protocol": "tcp", "understood": False}),
    ("permit tcp any any eq kerberos-xyz", {"protocol": "tcp", "understood": False}),
    ("permit ip 10.0.0.1 255.0.255.0 any", {"understood": False}),
    ("permit ip object-group A any", {"understood": False}),
    ("permit ip any any time-range NIGHT", {"understood": False}),
    ("deny tcp any eq 80 any", {"permit": False, "protocol": "tcp", "understood": False}),
    ("evaluate TCPTRAFFIC", {"understood": False}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RULES)
def test_rules(text: str, expected: dict[str, object]) -> None:
    (found,) = config(f"ip access-list extended A\n remark why\n {text}\n").access_lists
    (rule,) = found.rules
    if not expected.get("understood", True):
        assert not rule.understood
        assert rule.permit is expected.get("permit", True)
    else:
        assert rule == AccessRule.model_validate({"text": text, "permit": True, **expected})


def test_where_lists_filter_and_numbered_ones() -> None:
    text = (
        "interface Vlan10\n ip access-group A in\ninterface Vlan20\n ip access-group 101 out\n"
        "ip access-list extended A\n permit ip any any\nip access-list extended B\n deny ip any any\n"
        "access-list 101 remark x\naccess-list 101 permit tcp any any eq 22\naccess-list 101 deny ip any any\n"
    )
    found = {one.name: one for one in config(text).access_lists}
    assert {name: one.applied_to for name, one in found.items()} == {
        "A": ("Vlan10",), "B": (), "101": ("Vlan20",),
    }  # fmt: skip
    assert [rule.permit for rule in found["101"].rules] == [True, False]


CERTIFICATES = """\
Certificate
  Status: Available
  Certificate Serial Number (hex): 0A11
  Certificate Usage: General Purpose
  Issuer:
    cn=Region Issuing CA
  Subject:
    Name: sw1.example.org
    cn=sw1.example.org
  Validity Date:
    start date: 08:00:00 UTC Jan 2 2026
    end   date: 08:00:00 UTC Jan 2 2027
  Associated Trustpoints: REGION

CA Certificate
  Status: Available
  Issuer:
    cn=Region Root CA
  Subject:
    cn=Region Issuing CA
  Validity Date:
    start date: 08:00:00 IST Jan 2 2020
    end   date: 08:00:00 IST Jan 2 2030
  Associated Trustpoints: REGION
"""


def test_certificates() -> None:
    own, authority = read("show crypto pki certificates", CERTIFICATES).certificates
    assert (own.name, own.own, own.subject, own.issuer) == (
        "REGION", True, "sw1.example.org", "Region Issuing CA",
    )  # fmt: skip
    assert own.not_after == datetime(2027, 1, 2, 8, tzinfo=UTC)
    assert (authority.own, authority.not_after) == (False, None)


@pytest.mark.parametrize("cut", [1, 5, 12, 14, 20])
def test_a_cut_list_of_certificates_says_no_more_than_it_shows(cut: int) -> None:
    text = "\n".join(CERTIFICATES.splitlines()[:cut])
    found = read("show crypto pki certificates", text).certificates
    assert all(one.not_after in (None, datetime(2027, 1, 2, 8, tzinfo=UTC)) for one in found)
