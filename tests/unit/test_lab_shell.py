"""The lab's command line: what a terminal sees, without a network."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.lab.shell import open_shell
from tests.unit.lab_pair import FALLBACK_XE, FALLBACK_XR, XE, XE_PORT, XR, XR_PORT, pair


class Terminal:
    """Types lines at one device and keeps what comes back."""

    def __init__(self, lab, name):
        self.lab = lab
        self.shell = open_shell(lab.devices[name], lab.fabric)

    def type(self, *lines):
        replies = [reply for line in lines for reply in self.shell.receive(line + "\n")]
        return "".join(reply.text for reply in replies).replace("\r\n", "\n")

    def output(self, line):
        (reply,) = self.shell.receive(line + "\n")
        return reply.output.replace("\r\n", "\n")


def terminal(name, xe=XE, xr=XR):
    return Terminal(pair(xe, xr)[0], name)


def invalid(column):
    """The OS's complaint, its mark below a column of the line that was typed."""
    return f"{' ' * column}^\n% Invalid input detected at '^' marker.\n\n"


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("", ""),
        ("! a remark", ""),
        ("show foo", invalid(len("xe#show "))),
        ("show mka policy extra", invalid(len("xe#show mka policy "))),
        ("sh m", '% Ambiguous command:  "sh m"\n'),
        ("show macsec", "% Incomplete command.\n\n"),
        ("sh clo", "12:00:00.000 UTC Mon Jun 15 2026\n"),
        ("show run | include host", "hostname xe\n"),
        ("show run | inc ^host|^lldp", "hostname xe\nlldp run\n"),
        ("show run | count ^host", "Number of lines which match regexp = 1\n"),
        ("show run | exclude .", "\n\n"),
        ("show run | begin ^end", "end\n\n"),
        ("show run | tee x", invalid(len("xe#show run | "))),
        ("show run | include", "% Incomplete command.\n\n"),
        ("show run | include [", invalid(len("xe#show run | include "))),
    ],
)
def test_a_line_and_its_output(line, output):
    session = terminal("xe")
    assert session.type(line) == f"{line}\n{output}xe#"


def test_ios_xr_prints_the_time_first():
    prompt, stamp = "RP/0/RP0/CPU0:xr#", "Mon Jun 15 12:00:00.000 UTC\n"
    line = "show run | section macsec-policy"
    policy = XR[XR.index("macsec-policy") : XR.index("!\ninterface")]
    assert terminal("xr").type(line) == f"{line}\n{stamp}{policy}{prompt}"


@pytest.mark.parametrize(
    "line", ["show macsec interface Hu1/0/1", "show macsec interface hundredgige 1/0/1"]
)
def test_interfaces_may_be_short_or_apart(line):
    assert "MACsec is enabled" in terminal("xe").output(line)


@pytest.mark.parametrize(
    "line", ["show macsec interface Hu9/9/9", "show macsec status interface Gi1"]
)
def test_an_interface_that_is_not_there_is_an_error(line):
    assert "% Invalid input" in terminal("xe").output(line)


def test_the_pieces_of_a_line_may_come_one_by_one():
    shell = terminal("xe").shell
    assert [reply for piece in "show clo" for reply in shell.receive(piece)] == []
    (reply,) = shell.receive("ck\x00\r")
    assert (reply.command, reply.prompt) == ("show clock", "xe#")


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n", "\r\x00"])
def test_every_line_ending_ends_one_line(ending):
    replies = list(terminal("xe").shell.receive(f"enable{ending}enable{ending}"))
    assert [reply.command for reply in replies] == ["enable", "enable"]


def test_backspace_takes_back():
    (reply,) = terminal("xe").shell.receive("show cx\x08lock\n")
    assert reply.command == "show clock"


def test_ios_xe_configures_at_once_and_saves_on_request():
    session = terminal("xe")
    device = session.lab.devices["xe"]
    seen = session.type("conf t", f"interface {XE_PORT}", "shutdown", "end", "show run | inc shut")
    assert "xe(config-if)#shutdown\n" in seen
    assert " shutdown\nxe#" in seen
    assert not session.lab.fabric.port(device, XE_PORT).up
    assert " shutdown" not in session.output("show startup-config")
    assert session.output("write memory") == "Building configuration...\n[OK]\n"
    assert " shutdown" in session.output("show startup-config")


def test_ios_xr_configures_with_commit():
    session = terminal("xr")
    session.type("configure", f"interface {XR_PORT}", "shutdown")
    assert "shutdown" not in Terminal(session.lab, "xr").output("show running-config")
    session.type("commit", "end")
    assert "shutdown" in Terminal(session.lab, "xr").output("show running-config")
    assert session.shell.prompt == "RP/0/RP0/CPU0:xr#"


@pytest.mark.parametrize(
    ("answer", "mode", "committed"),
    [
        ("no", "#", False),
        ("yes", "#", True),
        ("cancel", "(config)#", False),
        ("", "(config)#", False),
    ],
)
def test_ios_xr_asks_before_it_forgets(answer, mode, committed):
    session = terminal("xr")
    seen = session.type("configure", "hostname other", "root", "end")
    assert seen.endswith("[cancel]:")
    session.type(answer)
    name = "other" if committed else "xr"
    assert session.shell.prompt == f"RP/0/RP0/CPU0:{name}{mode}"


def test_ios_xr_abort_forgets_without_asking():
    session = terminal("xr")
    session.type("configure", "hostname other", "abort")
    assert session.shell.prompt == "RP/0/RP0/CPU0:xr#"


def test_two_ios_xr_sessions_do_not_undo_each_other():
    first = terminal("xr")
    second = Terminal(first.lab, "xr")
    first.type("configure", "logging trap informational")
    second.type("configure", f"interface {XR_PORT}", "mtu 9000", "commit", "end")
    seen = first.type("commit", "yes", "end")
    assert "One or more commits have occurred from other" in seen
    seen = first.output("show running-config")
    assert " mtu 9000" in seen
    assert "logging trap informational" in seen


def test_what_another_session_removed_is_left():
    first = terminal("xe")
    second = Terminal(first.lab, "xe")
    first.type("conf t", "interface Loopback7")
    second.type("conf t", "no interface Loopback7", "end")
    assert "% Invalid input" in first.type("mtu 1500")
    assert first.shell.prompt == "xe(config)#"


def test_a_rejected_line_says_so_and_changes_nothing():
    session = terminal("xe")
    before = session.output("show running-config")
    seen = session.type("conf t", "mka policy P", "macsec-cipher-suite gcm-aes-512", "end")
    assert "% Invalid input detected at '^' marker." in seen
    assert session.output("show running-config") == before


def test_configuration_mode_is_left_step_by_step():
    session = terminal("xe")
    session.type("conf t", f"interface {XE_PORT}")
    assert session.shell.prompt == "xe(config-if)#"
    session.type("exit")
    assert session.shell.prompt == "xe(config)#"
    session.type("exit")
    assert session.shell.prompt == "xe#"
    (reply,) = session.shell.receive("exit\n")
    assert reply.closes


def test_control_z_leaves_configuration_mode():
    session = terminal("xe")
    session.type("conf t", f"interface {XE_PORT}")
    list(session.shell.receive("\x1a"))
    assert session.shell.prompt == "xe#"


def test_do_runs_a_command_in_configuration_mode():
    session = terminal("xe")
    session.type("conf t")
    assert "2026" in session.output("do show clock")
    assert session.shell.prompt == "xe(config)#"


def test_the_banner_greets():
    lab = pair("banner login ^C\nKun for autoriserte\n^C\n" + XE)[0]
    assert open_shell(lab.devices["xe"], lab.fabric).greet() == "Kun for autoriserte\r\n\r\nxe#"


def test_the_clock_of_the_device_may_be_wrong_and_has_a_zone():
    session = terminal("xe", xe="clock timezone CET 1 0\nclock summer-time CEST recurring\n" + XE)
    session.lab.devices["xe"].skew = timedelta(hours=1)
    assert session.output("show clock") == "15:00:00.000 CEST Mon Jun 15 2026\n"


EVERY_COMMAND = [
    *(("xe", command) for command in (
        "show running-config", "show startup-config", "show version", "show inventory",
        "show cdp neighbors", "show lldp neighbors", "show lldp neighbors detail",
        "show cdp neighbors detail", "show ip ssh", "show crypto map",
        "show crypto session detail", "show key chain", "show mka keychains", "show mka policy", "show mka sessions",
        "show mka sessions detail", f"show mka sessions interface {XE_PORT}",
        f"show mka sessions interface {XE_PORT} detail", "show mka statistics",
        "show mka summary", "show macsec summary", f"show macsec interface {XE_PORT}",
        f"show macsec status interface {XE_PORT}", f"show macsec statistics interface {XE_PORT}",
    )),
    *(("xr", command) for command in (
        "show running-config", "show version", "show inventory", "show interfaces brief",
        "show lldp neighbors", "show lldp neighbors detail", "show key chain",
        "show cdp neighbors detail", "show macsec mka interface detail",
        "show macsec policy", "show macsec policy detail", "show macsec mka session",
        "show macsec mka session detail", f"show macsec mka session interface {XR_PORT}",
        f"show macsec mka session interface {XR_PORT} detail", "show macsec mka statistics",
        f"show macsec mka statistics interface {XR_PORT}", "show macsec mka summary",
    )),
]  # fmt: skip

BARE_XE = XE.replace(" macsec network-link\n", "")
BARE_XR = XR.replace(" macsec psk-keychain KC policy P\n", "")
EXPIRED_XE = XE.replace("Dec 31 2026", "Jun 14 2026")
EXPIRED_XR = XR.replace("december 31 2026", "june 14 2026")


@pytest.mark.parametrize(
    ("xe", "xr"),
    [
        (XE, XR),
        (FALLBACK_XE, FALLBACK_XR),
        (BARE_XE, XR),
        (XE, BARE_XR),
        (BARE_XE, BARE_XR),
        (EXPIRED_XE, EXPIRED_XR),
        (XE.replace("xpn-256", "128"), XR),
        (XE.replace("lldp run\n", ""), XR),
    ],
)
@pytest.mark.parametrize(("name", "command"), EVERY_COMMAND)
def test_every_command_answers_in_every_state(xe, xr, name, command):
    seen = terminal(name, xe, xr).output(command)
    assert "%" not in seen.split("\n")[0] or "not enabled" in seen


@pytest.mark.parametrize(
    ("command", "secured", "otherwise"),
    [
        ("show mka sessions", "Secured           01aa", "Init              01aa"),
        ("show mka sessions detail", "Status: SECURED", "Status: INIT"),
        ("show macsec summary", "1                   1", "1                   0"),
        (f"show macsec status interface {XE_PORT}", "Receiving:                TRUE", "Transmitting:             FALSE"),
        (f"show macsec interface {XE_PORT}", "SA State: inUse(1)", "Transmit Secure Channels\n\n"),
    ],
)  # fmt: skip
def test_ios_xe_tells_secured_from_not(command, secured, otherwise):
    assert secured in terminal("xe").output(command)
    alone = terminal("xe", xr=BARE_XR).output(command)
    assert otherwise in alone
    assert secured not in alone


@pytest.mark.parametrize(
    ("command", "secured", "otherwise"),
    [
        ("show macsec mka session", "Secured     NO", "Pending     YES"),
        ("show macsec mka session detail", ": Secured - ", ": Init - Searching for Peer"),
        ("show macsec mka summary", "Secured Sessions : 1", "Secured Sessions : 0"),
        ("show macsec mka interface detail", ": Protected", ": Blocked"),
    ],
)
def test_ios_xr_tells_secured_from_not(command, secured, otherwise):
    assert secured in terminal("xr").output(command)
    alone = terminal("xr", xe=BARE_XE).output(command)
    assert otherwise in alone
    assert secured not in alone


def test_the_ends_print_the_same_pairing_marks():
    lab, _ = pair()
    sci = r"[0-9a-f.]{14}/[0-9a-f]{4}"
    xe = re.findall(sci, Terminal(lab, "xe").output("show mka sessions"))
    xr = re.findall(sci, Terminal(lab, "xr").output("show macsec mka session detail"))
    assert xe == xr[::-1]
    assert len(set(xe)) == 2


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_input_breaks_the_shell(text):
    lab, _ = pair()
    for name in ("xe", "xr"):
        shell = open_shell(lab.devices[name], lab.fabric)
        list(shell.receive("conf t\n" + text + "\nend\nno\nend\n" + text + "\n"))
        assert shell.prompt
