"""Running against intended: what is drift, and what only looks like it."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
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
    assert sorted(asked) == [("local/x", "$9$canary$canary"), ("tacacs/a", "7 0832494D1B1C11")]
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


_TEXT = st.text(
    st.sampled_from(list("ab {};!#^C\n\t\x0c\x00<>\"'secret:key7 0interfacebannerdescription")),
    max_size=200,
)


@pytest.mark.parametrize("os", [one.id for one in platforms()])
@given(intended=_TEXT, running=_TEXT)
def test_no_text_makes_a_comparison_crash(os: str, intended: str, running: str) -> None:
    with contextlib.suppress(DriftError):
        diff(intended, running, os)


@pytest.mark.parametrize("os", [one.id for one in platforms()])
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
