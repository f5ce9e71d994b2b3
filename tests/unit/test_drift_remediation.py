"""Remediation: what is proposed leads to the intended config, and what is dangerous is withheld."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmod.drift import Remediation, compare, remediate
from netmod.platforms import platform


def mend(intended: str, running: str, os: str = "cisco_iosxe") -> Remediation:
    chosen = platform(os)
    assert chosen is not None
    return remediate(intended, running, chosen.language)


def manual(found: Remediation) -> list[tuple[str, str]]:
    return [(one.lines[0], one.why) for one in found.manual]


ACL = "ip access-list extended INN\n permit tcp any any eq 22\n deny ip any host 1.1.1.1\n permit ip any any\n"


def test_no_drift_needs_no_command() -> None:
    assert mend("hostname a\n", "hostname a\nend\n") == Remediation()


@pytest.mark.parametrize(
    ("intended", "running", "commands"),
    [
        ("hostname a\nntp server 1.1.1.1\n", "hostname a\n", "ntp server 1.1.1.1\n"),
        ("hostname a\n", "hostname a\nip http server\n", "no ip http server\n"),
        ("no ip http server\n", "ip http server\n", "no ip http server\n"),
        ("interface Gi1\n mtu 9000\n", "interface Gi1\n mtu 1500\n", "interface Gi1\n mtu 9000\n"),
        ("interface Gi1\n no shutdown\n", "interface Gi1\n shutdown\n", "interface Gi1\n no shutdown\n"),
        (
            ACL,
            "ip access-list extended INN\n permit ip any any\n permit tcp any any eq 22\n deny ip any host 1.1.1.1\n",
            "ip access-list resequence INN 4 4\nip access-list extended INN\n no 4\n 13 permit ip any any\n",
        ),
    ],
)  # fmt: skip
def test_commands(intended: str, running: str, commands: str) -> None:
    found = mend(intended, running + "end\n")
    assert (found.text, found.manual, found.converges) == (commands, (), True)


@pytest.mark.parametrize(
    ("intended", "running", "withheld"),
    [
        ("hostname a\n", "hostname b\n", ("hostname a", "lock-out")),
        ("hostname a\n", "hostname a\nusername x secret 9 $9$abc\n", ("no username x secret 9 $9$<redacted>", "secret")),
        ("hostname a\nbanner login ^\nkeep out\n^\n", "hostname a\nbanner login ^C\nwelcome\n^C\n", ("keep out", "banner")),
        ("key chain K macsec\n key aa\n  key-string <secret:a>\n", "key chain K macsec\n key bb\n  key-string 7 00\n", ("no key bb", "make-before-break")),
        ("aaa group server tacacs+ T\n server name A\n server name B\n", "aaa group server tacacs+ T\n server name B\n server name A\n", ("server name B", "lock-out")),
        ("ip access-list extended VTY-INN\n permit tcp host 1.1.1.1 any\n permit ip any any\n", "ip access-list extended VTY-INN\n permit ip any any\n permit tcp host 1.1.1.1 any\n", ("permit ip any any", "lock-out")),
        ("aaa new-model\naaa authentication login default group T local\n", "aaa new-model\naaa authentication login default local\n", ("no aaa authentication login default local", "make-before-break")),
        ("hostname a\n", "hostname a\naaa new-model\n", ("no aaa new-model", "lock-out")),
        ("tacacs server A\n address ipv4 1.1.1.1\n", "tacacs server B\n address ipv4 1.1.1.1\n", ("no tacacs server B", "make-before-break")),
        ("ip access-list extended INN\n permit ip host 1.1.1.1 any\nline vty 0 4\n access-class INN in\n", "ip access-list extended INN\n permit ip host 1.1.1.1 any\n permit ip any any\nline vty 0 4\n access-class INN in\n", ("permit ip any any", "lock-out")),
        ("ip access-list standard 10\n 10 permit 1.1.1.1\nline vty 0 4\n access-class 10 in\n", "ip access-list standard 10\n 10 permit 1.1.1.1\n 20 permit 1.1.1.2\nline vty 0 4\n access-class 10 in\n", ("no 20 permit 1.1.1.2", "make-before-break")),
        ("interface Gi1\n vrf forwarding A\n ip address 1.1.1.1 255.0.0.0\n", "interface Gi1\n vrf forwarding B\n ip address 1.1.1.1 255.0.0.0\n", ("vrf forwarding A", "lock-out")),
        ("interface GigabitEthernet0\n ip address 1.1.1.1 255.0.0.0\n", "interface GigabitEthernet0\n ip address 1.1.1.2 255.0.0.0\n", ("ip address 1.1.1.1 255.0.0.0", "lock-out")),
        ("hostname a\n", "hostname a\nvrf definition Mgmt-vrf\n rd 1:1\n", ("no vrf definition Mgmt-vrf", "lock-out")),
        ("ip route vrf M 0.0.0.0 0.0.0.0 1.1.1.1\n", "ip route vrf M 0.0.0.0 0.0.0.0 1.1.1.2\n", ("no ip route vrf M 0.0.0.0 0.0.0.0 1.1.1.2", "lock-out")),
        ("interface Te1\n mtu 9000\n", "interface Te1\n mtu 9000\n macsec network-link\n", ("no macsec network-link", "make-before-break")),
        ("policy-map P\n class A\n  priority\n class B\n  bandwidth 1\n", "policy-map P\n class B\n  bandwidth 1\n class A\n  priority\n", ("class B", "order")),
    ],
)  # fmt: skip
def test_what_is_dangerous_is_left_to_a_human(
    intended: str, running: str, withheld: tuple[str, str]
) -> None:
    found = mend(intended, running + "end\n")
    assert withheld in manual(found)
    assert found.converges
    assert not any(
        one.line.startswith(("hostname", "banner", "no key", "no username", "no aaa", "no tacacs"))
        for one in found.commands
    )


@pytest.mark.parametrize(
    ("line", "section", "risk"),
    [
        ("ntp server 1.1.1.1", "", "non-disruptive"),
        ("username a secret 9 <secret:x>", "", "secret"),
        ("mka policy P", "interface Gi1", "crypto"),
        ("transport input ssh", "line vty 0 4", "lock-out"),
        ("ip address 1.1.1.1 255.0.0.0", "interface Gi1", "disruptive"),
        ("description x", "interface Gi1", "non-disruptive"),
    ],
)
def test_risk(line: str, section: str, risk: str) -> None:
    head = f"{section}\n" if section else ""
    found = mend(f"hostname a\n{head}{' ' if section else ''}{line}\n", f"hostname a\n{head}end\n")
    assert [one.risk for one in found.commands] == [risk]


def test_a_secret_of_the_device_is_in_no_command() -> None:
    running = "hostname a\ntacacs server OLD\n key canary\nsnmp-server community canary RO\nend\n"
    assert "canary" not in repr(mend("hostname a\n", running))


JUNOS = "system {\n    host-name a;\n    ntp {\n        server 10.0.0.9;\n    }\n}\n"


def test_junos_sets_before_it_deletes() -> None:
    wanted = 'set system host-name a\nset interfaces ge-0/0/0 description "a b"\n'
    running = "system { host-name a; }\ninterfaces { ge-0/0/0 { mtu 1500; } }\n"
    found = mend(wanted, running, "juniper_junos")
    assert found.text == (
        'set interfaces ge-0/0/0 description "a b"\ndelete interfaces ge-0/0/0 mtu\n'
    )


def test_junos_deletes_nothing_of_management_by_itself() -> None:
    found = mend("set system host-name a\n", JUNOS, "juniper_junos")
    assert found.commands == ()
    assert manual(found) == [("delete system ntp", "lock-out")]


def test_junos_terms_are_put_in_order() -> None:
    wanted = "".join(
        f"set policy-options policy-statement P term {one} then accept\n" for one in "abc"
    )
    running = "policy-options { policy-statement P { term c { then accept; } term a { then accept; } term b { then accept; } } }\n"
    found = mend(wanted, running, "juniper_junos")
    assert found.text == (
        "insert policy-options policy-statement P term b after term a\n"
        "insert policy-options policy-statement P term c after term b\n"
    )


TERM = "set firewall family inet filter F term {} then accept\n"


@pytest.mark.parametrize(
    ("intended", "running", "commands"),
    [
        ("".join(map(TERM.format, "abc")), "".join(map(TERM.format, "ac")), TERM.format("b") + "insert firewall family inet filter F term b after term a\n"),
        ("".join(map(TERM.format, "abc")), "".join(map(TERM.format, "bc")), TERM.format("a") + "insert firewall family inet filter F term a before term b\n"),
        ("set policy-options prefix-list P 10.0.0.0/8\n", "policy-options { prefix-list P { 0.0.0.0/0; } }\n", "delete policy-options prefix-list P 0.0.0.0/0\nset policy-options prefix-list P 10.0.0.0/8\n"),
        ("set protocols lldp interface all\n", "protocols { inactive: lldp { interface all; } }\n", "set protocols lldp interface all\nactivate protocols lldp\n"),
        ("set protocols mstp\n", "protocols { mstp; inactive: lldp { interface all; } }\n", "delete protocols lldp\n"),
        (TERM.format("a"), 'firewall { family inet { filter F { term a { then accept; } term "b c" { then reject; } } } }\n', 'delete firewall family inet filter F term "b c"\n'),
        ('set interfaces a description "x;y|z"\n', "interfaces { a { description b; } }\n", 'delete interfaces a description b\nset interfaces a description "x;y|z"\n'),
    ],
)  # fmt: skip
def test_junos_commands(intended: str, running: str, commands: str) -> None:
    found = mend(intended, running, "juniper_junos")
    assert (found.text, found.manual, found.converges) == (commands, (), True)


@pytest.mark.parametrize(
    ("intended", "running", "converges"),
    [
        ("set system login user a class read-only\n", "system { login { user a { class super-user; } } }\n", True),
        ("set protocols bgp group G import [ a b ]\n", "protocols { bgp { group G { import [ b a ]; } } }\n", True),
        ("set protocols lldp interface all\n", "protocols { inactive: lldp { interface all; interface x; } }\n", False),
        ("set system host-name a\n", "set system host-name a\nwhat is this\n", True),
        ("set system host-name a\nset system services ssh\ndeactivate system services ssh\n", "system { host-name a; }\n", True),
    ],
)  # fmt: skip
def test_junos_leaves_to_a_human_what_it_cannot_prove(
    intended: str, running: str, converges: bool
) -> None:
    found = mend(intended, running, "juniper_junos")
    assert (found.commands, found.converges) == ((), converges)
    assert found.manual


_JUNOS = st.sampled_from(
    [
        *(f"set firewall family inet filter F term {name} then {act}"
          for name in "abc" for act in ("accept", "reject")),
        *(f"set policy-options prefix-list P 10.0.{n}.0/24" for n in range(3)),
        "set protocols lldp interface all", "set protocols lldp interface x",
        "deactivate protocols lldp", "set interfaces a mtu 1500", "set interfaces a mtu 9000",
        "set system ntp server 1.1.1.1", "set system ntp server 2.2.2.2 prefer",
        "set system authentication-order tacplus", "set system authentication-order password",
        'set interfaces a description "b c"', "set policy-options policy-statement S term a from x",
    ]
)  # fmt: skip
_JUNOS_CONFIG = st.lists(_JUNOS, max_size=8).map(
    lambda lines: "\n".join(["set system host-name a", *lines, ""])
)


@settings(deadline=None)
@given(intended=_JUNOS_CONFIG, running=_JUNOS_CONFIG)
def test_junos_converges_or_nothing_is_proposed(intended: str, running: str) -> None:
    found = mend(intended, running, "juniper_junos")
    assert found.converges or not found.commands
    chosen = platform("juniper_junos")
    assert chosen is not None
    differs = compare(intended, running, chosen.language).differences
    assert bool(differs) == bool(found.manual or found.commands)


# --- whatever drifted ----------------------------------------------------------------------------

_ROOT = st.sampled_from(
    [
        "ip http server",
        "no ip http server",
        "ntp server 1.1.1.1",
        "ntp server 2.2.2.2",
        "aaa new-model",
        "logging host 1.1.1.1",
        "ip route 10.0.0.0 255.0.0.0 1.1.1.1",
        "snmp-server location a",
        "snmp-server location b",
        "vlan 10",
        "username x secret 9 <secret:x>",
    ]
)
_PORT = st.sampled_from(
    ["shutdown", "no shutdown", "mtu 1500", "mtu 9000", "description a", "description b",
     "ip address 1.1.1.1 255.0.0.0", "switchport access vlan 5", "mka policy A", "mka policy B"]
)  # fmt: skip
_ENTRY = st.sampled_from(
    [f"{act} ip host 1.1.1.{n} any" for act in ("permit", "deny") for n in range(4)]
)


@st.composite
def _configs(draw: st.DrawFn) -> str:
    lines = ["hostname a", *draw(st.lists(_ROOT, max_size=6, unique=True))]
    for port in draw(st.lists(st.sampled_from(["Gi1", "Gi2"]), unique=True)):
        lines += [
            f"interface {port}",
            *(f" {one}" for one in draw(st.lists(_PORT, max_size=4, unique=True))),
        ]
    entries = draw(st.lists(_ENTRY, max_size=5, unique=True))
    if entries:
        lines += ["ip access-list extended INN", *(f" {one}" for one in entries)]
    return "\n".join(lines) + "\n"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(intended=_configs(), running=_configs())
def test_what_is_proposed_converges_or_nothing_is(intended: str, running: str) -> None:
    found = mend(intended, running + "end\n")
    assert found.converges or not found.commands
    if not found.commands:
        chosen = platform("cisco_iosxe")
        assert chosen is not None
        differs = compare(intended, running + "end\n", chosen.language).differences
        assert bool(differs) == bool(found.manual)


@settings(deadline=None)
@given(config=_configs())
def test_a_render_applied_twice_needs_no_remediation(config: str) -> None:
    assert mend(config, config + "end\n") == Remediation()
