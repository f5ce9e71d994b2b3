"""Running against intended: what is drift, and what only looks like it."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.drift import Comparison, compare
from netmod.drift._order import moved
from netmod.drift._secrets import unseen
from netmod.drift.compare import Matching
from netmod.errors import DriftError
from netmod.evidence import REDACTED, redact
from netmod.platforms import platform, platforms

END = {"cisco_iosxe": "end\n", "cisco_ios": "end\n", "cisco_iosxr": "end\n", "arista_eos": "end\n"}


def diff(intended: str, running: str, os: str = "cisco_iosxe", **options) -> Comparison:
    chosen = platform(os)
    assert chosen is not None
    return compare(intended, running + END.get(os, ""), chosen.language, **options)


def shown(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    """(change, section, first intended line, first running line)."""
    return [
        (one.change, " / ".join(one.section), *(side[0] if side else "" for side in (one.intended, one.running)))
        for one in comparison.differences
    ]  # fmt: skip


ACL = "ip access-list extended INN\n permit tcp any any eq 22\n deny ip 10.0.0.0 0.0.0.255 any\n permit ip any any\n"
ACL_OPEN = "ip access-list extended INN\n permit ip any any\n permit tcp any any eq 22\n deny ip 10.0.0.0 0.0.0.255 any\n"
JUNOS = "system {\n    host-name a;\n    services {\n        ssh;\n    }\n}\n"
TERMS = (
    "set firewall family inet filter RE term a then accept\n"
    "set firewall family inet filter RE term b then discard\n"
)
TERMS_SWAPPED = (
    "firewall { family inet { filter RE { term b { then discard; } term a { then accept; } } } }\n"
)

EQUAL = [
    ("order of a set", "cisco_iosxe", "ntp server 1.1.1.1\nntp server 2.2.2.2\n", "ntp server 2.2.2.2\nntp server 1.1.1.1\n"),
    ("comments and closers", "cisco_iosxe", "router bgp 1\n address-family ipv4\n  network 1.0.0.0\n", "!\nrouter bgp 1\n !\n address-family ipv4\n  network 1.0.0.0\n exit-address-family\n!\n"),
    ("a section in two parts", "cisco_iosxe", "interface Gi1\n mtu 9000\ninterface Gi1\n description x\n", "interface Gi1\n description x\n mtu 9000\n"),
    ("the last value holds", "cisco_iosxe", "interface Gi1\n description old\n description new\n", "interface Gi1\n description new\n"),
    ("a default is not shown", "cisco_iosxe", "interface Gi1\n no shutdown\n mtu 9000\n", "interface Gi1\n mtu 9000\n"),
    ("what the device writes", "cisco_iosxe", "hostname a\n", "Building configuration...\nCurrent configuration : 12 bytes\n! Last configuration change at 12:00\nversion 17.12\nhostname a\nlicense udi pid C9300 sn FOX\ncrypto pki certificate chain X\n certificate ca 01\n  30820101 AABB\n  \tquit\n"),
    ("banner delimiters", "cisco_iosxe", "banner login ^\nkeep out\n! really\n^\n", "banner login ^C\nkeep out\n! really\n^C\n"),
    ("a banner on one line", "cisco_iosxe", "banner motd #keep out#\n", "banner motd ^Ckeep out^C\n"),
    ("two banners in a row", "cisco_iosxe", "banner login ^\na\n^\nbanner motd ^\na\n^\n", "banner motd ^C\na\n^C\nbanner login ^C\na\n^C\n"),
    ("a numbered list is sorted by the device", "cisco_iosxe", "ip access-list extended A\n 20 deny ip any any\n 10 permit ip host 1.1.1.1 any\n", "ip access-list extended A\n 10 permit ip host 1.1.1.1 any\n 20 deny ip any any\n"),
    ("a list that the device numbered", "cisco_iosxe", ACL, ACL.replace(" permit tcp", " 10 permit tcp").replace(" deny", " 20 deny").replace(" permit ip", " 30 permit ip")),
    ("EOS banner", "arista_eos", "banner login\nkeep out\nEOF\nhostname a\n", "hostname a\n!\nbanner login\nkeep out\nEOF\n"),
    ("NX-OS features that are off", "cisco_nxos", "hostname a\nno feature telnet\n", "hostname a\n"),
    ("route policy closers", "cisco_iosxr", "route-policy P\n  if destination in X then\n    drop\n  endif\n  pass\nend-policy\n", "route-policy P\n  if destination in X then\n    drop\n  endif\n  pass\nend-policy\n!\n"),
    ("Junos set against braces", "juniper_junos", "set system services ssh\nset system host-name a\n", JUNOS),
    ("VLANs in one line", "cisco_nxos", "vlan 10\n name a\nvlan 20\n", "vlan 1,10,20\nvlan 10\n name a\n"),
    ("a broken list of VLANs", "cisco_iosxe", "interface Gi1\n switchport trunk allowed vlan 10-12,20,30\n", "interface Gi1\n switchport trunk allowed vlan 10-12\n switchport trunk allowed vlan add 20,30\n"),
    ("a remark that the device did not number", "cisco_iosxe", "ip access-list extended A\n permit ip host 1.1.1.1 any\n remark z\n deny ip any any\n", "ip access-list extended A\n 10 permit ip host 1.1.1.1 any\n remark z\n 20 deny ip any any\n"),
    ("a self-signed certificate", "cisco_iosxe", "hostname a\n", "hostname a\ncrypto pki trustpoint TP-self-signed-12\n enrollment selfsigned\n subject-name cn=IOS-Self-Signed-Certificate-12\n revocation-check none\n rsakeypair TP-self-signed-12\n"),
    ("the SNMP user that NX-OS makes of a user", "cisco_nxos", "username ola role network-admin\nhostname a\n", "hostname a\nusername ola role network-admin \nsnmp-server user ola network-admin auth md5 0x12 priv 0x12 localizedkey\n"),
    ("a switched port is up by default", "cisco_nxos", "interface Ethernet1/1\n switchport\n no shutdown\n", "interface Ethernet1/1\n switchport\n"),
    ("Junos quotes", "juniper_junos", 'set system host-name a\nset system services ssh\nset system login message "a b"\n', JUNOS.replace("host-name a;", 'host-name a; login { message "a b"; }')),
]  # fmt: skip


@pytest.mark.parametrize(
    ("os", "intended", "running"), [case[1:] for case in EQUAL], ids=[case[0] for case in EQUAL]
)
def test_what_means_the_same_is_no_drift(os: str, intended: str, running: str) -> None:
    assert shown(diff(intended, running, os)) == []


DRIFT = [
    ("missing", "cisco_iosxe", "hostname a\nntp server 1.1.1.1\n", "hostname a\n", [("missing", "", "ntp server 1.1.1.1", "")]),
    ("extra", "cisco_iosxe", "hostname a\n", "hostname a\nip http server\n", [("extra", "", "", "ip http server")]),
    ("changed", "cisco_iosxe", "interface Gi1\n mtu 9000\n", "interface Gi1\n mtu 1500\n", [("changed", "interface Gi1", "mtu 9000", "mtu 1500")]),
    ("negated", "cisco_iosxe", "no ip http server\nhostname a\n", "ip http server\nhostname a\n", [("changed", "", "no ip http server", "ip http server")]),
    ("a negation that is not shown is missing", "cisco_iosxe", "hostname a\nno ip domain lookup\n", "hostname a\n", [("missing", "", "no ip domain lookup", "")]),
    ("shut", "cisco_iosxe", "interface Gi1\n no shutdown\n", "interface Gi1\n shutdown\n", [("changed", "interface Gi1", "no shutdown", "shutdown")]),
    ("a whole section", "cisco_iosxe", "hostname a\nrouter bgp 1\n bgp log-neighbor-changes\n", "hostname a\n", [("missing", "", "router bgp 1", "")]),
    ("a permit that moved above a deny", "cisco_iosxe", ACL, ACL_OPEN, [("reordered", "ip access-list extended INN", "permit ip any any", "permit ip any any")]),
    ("a numbered entry", "cisco_iosxe", "ip access-list extended A\n 10 permit ip any any\n", "ip access-list extended A\n 10 deny ip any any\n", [("changed", "ip access-list extended A", "10 permit ip any any", "10 deny ip any any")]),
    ("an entry given once more", "cisco_iosxe", "ip access-list extended A\n permit ip host 1.1.1.1 any\n", "ip access-list extended A\n permit ip host 1.1.1.1 any\n permit ip host 1.1.1.1 any\n", [("extra", "ip access-list extended A", "", "permit ip host 1.1.1.1 any")]),
    ("classes of a policy", "cisco_iosxe", "policy-map P\n class VOICE\n  priority\n class DATA\n  bandwidth 10\n", "policy-map P\n class DATA\n  bandwidth 10\n class VOICE\n  priority\n", [("reordered", "policy-map P", "class DATA", "class DATA")]),
    ("servers of AAA", "cisco_nxos", "tacacs-server host 10.0.0.1\ntacacs-server host 10.0.0.2\n", "tacacs-server host 10.0.0.2\ntacacs-server host 10.0.0.1\n", [("reordered", "", "tacacs-server host 10.0.0.2", "tacacs-server host 10.0.0.2")]),
    ("a route policy's body", "cisco_iosxr", "route-policy P\n  drop\n  pass\nend-policy\n", "route-policy P\n  pass\n  drop\nend-policy\n", [("reordered", "route-policy P", "pass", "pass")]),
    ("a banner's text", "cisco_iosxe", "banner login ^\nkeep out\n^\n", "banner login ^C\nwelcome\n^C\n", [("missing", "banner login", "keep out", ""), ("extra", "banner login", "", "welcome")]),
    ("two sources of log messages", "cisco_iosxe", "logging source-interface Gi1 vrf M\n", "logging source-interface Gi9\nlogging source-interface Gi1 vrf M\n", [("extra", "", "", "logging source-interface Gi9")]),
    ("two domain names", "cisco_iosxe", "ip domain name a\nip domain name vrf M b\n", "ip domain name vrf M b\n", [("missing", "", "ip domain name a", "")]),
    ("what a device shows holds", "cisco_iosxe", "interface Gi1\n mtu 9000\n", "interface Gi1\n mtu 1500\n mtu 9000\n", [("extra", "interface Gi1", "", "mtu 1500")]),
    ("a console that somebody opened", "cisco_iosxr", "hostname a\n", "hostname a\nline console\n transport input telnet\n", [("extra", "", "", "line console")]),
    ("an SNMP user of nobody", "cisco_nxos", "username ola role network-admin\n", "username ola role network-admin\nsnmp-server user eve network-admin auth md5 0x12 priv 0x12 localizedkey\n", [("extra", "", "", "snmp-server user eve network-admin auth md5 <redacted> priv <redacted> localizedkey")]),
    ("an SVI that is down", "cisco_nxos", "interface Vlan10\n mtu 9216\n no shutdown\n", "interface Vlan10\n mtu 9216\n", [("missing", "interface Vlan10", "no shutdown", "")]),
    ("a routed port that is down", "cisco_nxos", "interface Ethernet1/1\n no switchport\n no shutdown\n", "interface Ethernet1/1\n no switchport\n", [("missing", "interface Ethernet1/1", "no shutdown", "")]),
    ("a VLAN in a list", "cisco_nxos", "vlan 10\n", "vlan 1,10,66\n", [("extra", "", "", "vlan 66")]),
    ("a VLAN added to a trunk", "cisco_iosxe", "interface Gi1\n switchport trunk allowed vlan 10\n", "interface Gi1\n switchport trunk allowed vlan 10\n switchport trunk allowed vlan add 66\n", [("changed", "interface Gi1", "switchport trunk allowed vlan 10", "switchport trunk allowed vlan 10,66")]),
    ("proposals of IKEv2", "cisco_iosxe", "crypto ikev2 policy P\n proposal A\n proposal B\n", "crypto ikev2 policy P\n proposal B\n proposal A\n", [("reordered", "crypto ikev2 policy P", "proposal B", "proposal B")]),
    ("a reflexive entry", "cisco_iosxe", "ip access-list extended A\n evaluate X\n deny ip any any\n", "ip access-list extended A\n deny ip any any\n evaluate X\n", [("reordered", "ip access-list extended A", "deny ip any any", "deny ip any any")]),
    ("Junos terms of a group", "juniper_junos", TERMS.replace("set ", "set groups G "), f"groups {{ G {{ {TERMS_SWAPPED} }} }}\n", [("reordered", "groups / G / firewall / family / inet / filter / RE / term", "b", "b")]),
    ("Junos NAT rules", "juniper_junos", "set security nat source rule-set R rule a x\nset security nat source rule-set R rule b y\n", "set security nat source rule-set R rule b y\nset security nat source rule-set R rule a x\n", [("reordered", "security / nat / source / rule-set / R / rule", "b", "b")]),
    ("Junos chain of filters", "juniper_junos", "set interfaces a unit 0 family inet filter input-list [ x y ]\n", "set interfaces a unit 0 family inet filter input-list [ y x ]\n", [("reordered", "interfaces / a / unit / 0 / family / inet / filter / input-list", "y", "y")]),
    ("Junos line that is no statement", "juniper_junos", "set system host-name a\n", "set system host-name a\nwhat is this\n", [("extra", "", "", '"what is this"')]),
    ("Junos line that is very long", "juniper_junos", "set system host-name a\n", f"set system host-name a\nset system x {'y' * 20_000}\n", [("extra", "", "", f'"set system x {"y" * 20_000}"')]),
    ("Junos value", "juniper_junos", "set system host-name b\nset system services ssh\n", JUNOS, [("changed", "system / host-name", "b", "a")]),
    ("Junos terms", "juniper_junos", TERMS, TERMS_SWAPPED, [("reordered", "firewall / family / inet / filter / RE / term", "b", "b")]),
    ("Junos inactive", "juniper_junos", "set system host-name a\nset system services ssh\n", JUNOS.replace("services", "inactive: services"), [("missing", "system", "services ssh", ""), ("extra", "system", "", "inactive: services ssh")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("os", "intended", "running", "expected"),
    [case[1:] for case in DRIFT],
    ids=[case[0] for case in DRIFT],
)
def test_drift(
    os: str, intended: str, running: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert sorted(shown(diff(intended, running, os))) == sorted(expected)


@pytest.mark.parametrize(
    ("line", "section", "severity"),
    [
        ("aaa new-model", "", "critical"),
        ("ip address 1.1.1.1 255.0.0.0", "interface GigabitEthernet0", "critical"),
        ("rd 1:1", "vrf definition Mgmt-vrf", "critical"),
        ("username root privilege 15", "", "critical"),
        ("mka policy X", "interface Gi1", "critical"),
        ("transport input telnet", "line vty 0 4", "critical"),
        ("ip route 0.0.0.0 0.0.0.0 10.0.0.1", "", "high"),
        ("ip access-group X in", "interface Gi1", "high"),
        ("service-policy output Q", "interface Gi1", "medium"),
        ("switchport access vlan 5", "interface Gi1", "medium"),
        ("description hello", "interface Gi1", "low"),
        ("snmp-server location x", "", "low"),
        ("something quite new", "", "medium"),
    ],
)
def test_severity_follows_what_is_touched(line: str, section: str, severity: str) -> None:
    head = f"{section}\n mtu 1\n" if section else ""
    running = f"hostname a\n{head}{' ' if section else ''}{line}\n"
    (one,) = diff(f"hostname a\n{head}", running).differences
    assert one.severity == severity


@pytest.mark.parametrize(
    ("intended", "running"),
    [("", "hostname a\nend\n"), ("!\n", "end\n"), ("hostname a\n", ""), ("hostname a\n", "end\n"), ("hostname a\n", "hostname a\nntp ser")],
)  # fmt: skip
def test_nothing_and_cut_texts_are_errors(intended: str, running: str) -> None:
    chosen = platform("cisco_iosxe")
    assert chosen is not None
    with pytest.raises(DriftError) as error:
        compare(intended, running, chosen.language)
    assert error.value.hint


# --- secrets -------------------------------------------------------------------------------------

WANTED = "tacacs server A\n key <secret:tacacs/a>\nusername x secret 9 <secret:local/x>\n"
HAD = "tacacs server A\n key 7 0832494D1B1C11\nusername x secret 9 $9$canary$canary\n"


def test_a_secret_is_no_drift_because_its_hash_differs() -> None:
    found = diff(WANTED, HAD)
    assert found.differences == ()
    assert found.unseen_secrets == 2


def test_a_redacted_capture_says_that_secrets_were_not_seen() -> None:
    found = diff(WANTED, redact(HAD))
    assert found.differences == ()
    assert found.unseen_secrets == 2


def test_the_judge_decides_and_nothing_of_the_secret_is_shown() -> None:
    asked: list[tuple[str, str]] = []

    def judge(reference: str, found: str) -> str:
        asked.append((reference, found))
        return "different" if reference == "tacacs/a" else "equal"

    found = diff(WANTED, HAD, judge=judge)
    assert sorted(asked) == [("local/x", "9 $9$canary$canary"), ("tacacs/a", "7 0832494D1B1C11")]
    assert found.unseen_secrets == 0
    (one,) = found.differences
    assert (one.change, one.intended, one.running) == (
        "changed",
        ("key <secret:tacacs/a>",),
        (f"key 7 {REDACTED}",),
    )
    assert "0832494D1B1C11" not in repr(found)


def test_a_weaker_hash_is_drift() -> None:
    found = diff(WANTED, HAD.replace("secret 9 $9$canary$canary", "password 7 0832494D1B1C11"))
    (one,) = found.differences
    assert (one.change, one.severity) == ("changed", "critical")
    assert "0832494D1B1C11" not in repr(found)


def test_secrets_of_extra_statements_are_redacted() -> None:
    found = diff("hostname a\n", "hostname a\ntacacs server B\n key canary\n")
    assert found.differences[0].running == ("tacacs server B", f" key {REDACTED}")


# --- order, size, robustness ---------------------------------------------------------------------


@settings(deadline=None)
@given(st.permutations(range(12)))
def test_what_stays_after_taking_out_the_moved_is_in_order(ranks: list[int]) -> None:
    places = moved(ranks)
    rest = [rank for place, rank in enumerate(ranks) if place not in places]
    assert rest == sorted(rest)
    assert bool(places) == (list(ranks) != sorted(ranks))


def test_a_long_unnumbered_list_is_compared_in_one_go() -> None:
    """8 000 entries in another order: comparing each with each would take minutes."""
    lines = [f" permit tcp host 10.{n >> 8}.{n & 255}.1 any eq 443" for n in range(8_000)]
    shuffled = random.Random(1).sample(lines, len(lines))
    head = "ip access-list extended A\n"
    found = diff(head + "\n".join(lines) + "\n", head + "\n".join(shuffled) + "\n")
    assert [one.change for one in found.differences] == ["reordered"]


def test_secrets_among_many_statements_are_found_in_one_go() -> None:
    """Asking each missing statement of each extra one would take minutes."""
    wanted = [f"username u{n} secret 9 <secret:{n}>" for n in range(3_000)]
    routes = [f"ip route 10.{n >> 8}.{n & 255}.0 255.255.255.0 1.1.1.1" for n in range(3_000)]
    had = [f"username v{n} secret 9 $9$canary" for n in range(3_000)]
    others = [route.replace("route 10", "route 11") for route in routes]
    found = diff("\n".join([*wanted, *routes]), "\n".join([*had, *others, ""]))
    assert len(found.differences) == 12_000
    assert "canary" not in repr(found)


@pytest.mark.parametrize(
    ("os", "running"),
    [
        ("cisco_iosxe", "".join(" " * depth + "x\n" for depth in range(3_000))),
        ("juniper_junos", "a {\n" * 3_000 + "b;\n" + "}\n" * 3_000),
    ],
)
def test_what_nests_too_deep_is_an_error(os: str, running: str) -> None:
    with pytest.raises(DriftError):
        diff("hostname a\n" if os == "cisco_iosxe" else "set a b\n", running, os)


_TEXT = st.text(
    st.sampled_from(list("ab {};!#^C\n\t\x0c\x00<>\"'secret:key7 0interfacebannerdescription")),
    max_size=200,
)


@pytest.mark.parametrize("os", [one.id for one in platforms()])
@settings(deadline=None)
@given(intended=_TEXT, running=_TEXT)
def test_no_text_makes_a_comparison_crash(os: str, intended: str, running: str) -> None:
    with contextlib.suppress(DriftError):
        diff(intended, running, os)


@pytest.mark.parametrize("os", [one.id for one in platforms()])
@settings(deadline=None)
@given(text=_TEXT)
def test_a_text_never_drifts_from_itself(os: str, text: str) -> None:
    try:
        found = diff(text + END.get(os, ""), text, os)
    except DriftError:
        return
    assert found.differences == ()


_SECTION = st.sampled_from(
    [
        "hostname a", "hostname b", "interface Gi1\n mtu 1", "interface Gi1\n mtu 2",
        "interface Gi1\n description !\n!", "interface Gi2\n!\n ip address 1.1.1.1 255.0.0.0",
        "banner login ^\nhostname a\ninterface Gi1\n mtu 1\n^", "banner motd #one line#",
        "banner exec ^C\n hostname a^C", "tacacs-server host 1.1.1.1", "tacacs-server host 2.2.2.2",
        "access-list 5 permit any", "access-list 5 deny any", "! remark", "ntp server 1.1.1.1",
        "policy-map P\n class A\n class B", "policy-map P\n class B\n class A",
    ]
)  # fmt: skip
_CONFIG = st.lists(_SECTION, min_size=1, max_size=8).map(lambda parts: "\n".join(parts) + "\n")


@settings(deadline=None)
@given(intended=_CONFIG, running=_CONFIG)
def test_the_shortcut_changes_nothing(intended: str, running: str) -> None:
    chosen = platform("cisco_iosxe")
    assert chosen is not None
    language = chosen.language
    long_way = Matching(language, unseen, running + "end\n")
    long_way.section(
        (), language.read(intended).children, language.read(running + "end\n").children
    )
    try:
        found = diff(intended, running).differences
    except DriftError:
        return
    assert set(found) == set(long_way.found)
