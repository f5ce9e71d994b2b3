"""Remediation: what is proposed leads to the intended config, and what is dangerous is withheld."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmod.drift import compare, remediate
from netmod.drift.remediation import Remediation
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
        one.line.startswith(("hostname", "banner", "no key", "no username"))
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


@given(config=_configs())
def test_a_render_applied_twice_needs_no_remediation(config: str) -> None:
    assert mend(config, config + "end\n") == Remediation()
