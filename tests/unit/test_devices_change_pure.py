"""What of a change is pure: deadlines, answers, names, hashes, and what devices say of commits."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from netmod.credentials import Secret
from netmod.devices.change import PendingChange
from netmod.devices.change.judging import match
from netmod.devices.change.means import State
from netmod.devices.change.veil import Veil
from netmod.errors import CredentialsError
from netmod.platforms import Scoped
from netmod.platforms._change import (
    changes,
    hostname_in,
    marker_of,
    missing,
    running_hash,
    running_seal,
)
from netmod.platforms.eos import change as eos
from netmod.platforms.ios import change as ios
from netmod.platforms.iosxr import change as xr
from netmod.platforms.junos import change as junos
from netmod.platforms.nxos import change as nxos
from netmod.platforms.nxos.language import LANGUAGE as NXOS

NXOS_DEFAULTS = NXOS.defaults
ALL = {"ios": ios, "nxos": nxos, "iosxr": xr, "junos": junos, "eos": eos}


@pytest.mark.parametrize(
    ("os", "asked", "granted"),
    [
        ("ios", 60, 60),
        ("ios", 119, 60),
        ("ios", 7200, 7200),
        ("ios", 59, None),
        ("ios", 7201, None),
        ("nxos", 30, 30),
        ("nxos", 3601, None),
        ("iosxr", 65535, 65535),
        ("iosxr", 29, None),
        ("junos", 120, 120),
        ("junos", 90, None),
        ("junos", 0, None),
        ("eos", 86399, 86399),
        ("eos", 86400, None),
        ("eos", 90000, None),
    ],
)
def test_what_the_timers_take(os: str, asked: int, granted: int | None) -> None:
    if granted is None:
        with pytest.raises(ValueError, match="timer takes"):
            ALL[os].RULES.granted(asked)
    else:
        assert ALL[os].RULES.granted(asked) == granted


@given(st.sampled_from(sorted(ALL)), st.integers(-10, 5_000_000))
def test_no_device_waits_longer_than_it_was_asked(os: str, seconds: int) -> None:
    rules = ALL[os].RULES
    try:
        granted = rules.granted(seconds)
    except ValueError:
        return
    assert seconds - rules.step < granted <= seconds
    assert rules.shortest <= granted <= rules.longest


@pytest.mark.parametrize(
    ("os", "line"),
    [
        ("ios", "% Invalid input detected at '^' marker."),
        ("ios", "% Incomplete command."),
        ("ios", '% Ambiguous command:  "i"'),
        ("ios", "% Bad mask 0x00FF for address 192.0.2.1"),
        ("ios", "%Error opening flash:/x (No such file or directory)"),
        ("ios", "% 192.0.2.0 overlaps with Vlan1"),
        ("ios", "The original configuration has been successfully restored"),
        ("ios", "%The input file is not a valid config file."),
        ("nxos", "% Invalid command at '^' marker."),
        ("nxos", "ERROR: Checkpoint x already exists"),
        ("nxos", "Syntax error while parsing 'bogus'"),
        ("nxos", "Rollback failed."),
        ("nxos", "Configure replace failed. Use 'show config-replace log exec'"),
        ("iosxr", "% Failed to commit one or more configuration items"),
        ("iosxr", "!!% Could not find entry in list"),
        ("eos", "% Invalid input"),
        ("eos", "CLI command 2 of 3 'x' failed: invalid command"),
        ("junos", "error: configuration check-out failed"),
    ],
)
def test_every_refusal_is_noticed(os: str, line: str) -> None:
    assert ALL[os].RULES.refusals(f"fine\n  {line}\nmore") == (line,)


@pytest.mark.parametrize(
    ("os", "line"),
    [
        ("ios", "%SYS-5-CONFIG_I: Configured from console by netmod on vty0"),
        ("ios", "%LINK-3-UPDOWN: Interface Gi1, changed state to up"),
        ("ios", "Rollback Done"),
        ("ios", "1234 bytes copied in 0.5 secs"),
        ("nxos", "Rollback completed successfully."),
        ("nxos", "%ETHPORT-5-IF_UP: Interface Ethernet1/1 is up"),
        ("iosxr", "%MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user 'netmod'"),
    ],
)
def test_what_is_no_refusal(os: str, line: str) -> None:
    assert ALL[os].RULES.refusals(line) == ()


def test_a_marker_is_the_same_each_time_and_another_for_another_host() -> None:
    assert marker_of("run-1", "a") == marker_of("run-1", "a")
    assert len({marker_of("run-1", "a"), marker_of("run-1", "b"), marker_of("run-2", "a")}) == 3
    assert len(marker_of("run-1", "a" * 100)) == 19


def test_a_hash_leaves_out_times_and_comments() -> None:
    one = "! Last configuration change at 12:00\nhostname a\n!\ninterface Gi1\n mtu 9000\n"
    assert running_hash(one) == running_hash(one.replace("12:00", "13:00"))
    assert running_hash(one) != running_hash(one.replace("9000", "9001"))


ASKED = "interface Gi1\n description new\n no shutdown\n mtu 9000\nno ip http server\nend\n"


@pytest.mark.parametrize(
    ("running", "absent"),
    [
        ("interface Gi1\n description new\n mtu 9000\n", ()),
        ("interface Gi1\n description new\n mtu 9000\n shutdown\n", ("no shutdown",)),
        ("interface Gi2\n description new\n mtu 9000\n", ("interface Gi1", "description new", "mtu 9000")),
        ("interface Gi1\n description new\n mtu 9000\nip http server\n", ("no ip http server",)),
    ],
)  # fmt: skip
def test_what_was_asked_and_does_not_run(running: str, absent: tuple[str, ...]) -> None:
    assert missing(ASKED, running) == absent


def test_a_secret_in_another_form_is_not_missing() -> None:
    asked = "key chain K macsec\n key 01\n  key-string 0123456789abcdef\n"
    running = "key chain K macsec\n key 01\n  key-string 7 060506324F41584B56\n"
    assert missing(asked, running) == ()


def test_junos_statements_that_do_not_run() -> None:
    running = ["set system host-name a", 'set interfaces x description "b c"', "set a b c"]
    asked = 'set interfaces x description "b c"\nset interfaces x mtu 9000\ndelete a b\n'
    assert junos.missing_set(asked, running) == ("set interfaces x mtu 9000", "delete a b")
    assert junos.missing_set("set d e f\nset d e g\ndelete d e f\n", running) == ("set d e g",)


def test_the_host_name_of_a_config() -> None:
    assert hostname_in("! hostname x\nhostname a.example\n", ("hostname",)) == "a.example"
    assert hostname_in('hostname "a"\n', ("hostname",)) == "a"
    assert hostname_in("no hostname\n", ("hostname",)) is None


IOS_TIMER = """\
Time configured: 12:00:00 UTC Mon Jun 15 2026
Timer type: absolute timer
Timer value: 5 min
User: netmod
"""


def test_ios_tells_who_waits_since_when() -> None:
    timer = ios.pending(IOS_TIMER)
    assert timer
    assert (timer.name, timer.user) == ("12:00:00 UTC Mon Jun 15 2026", "netmod")
    assert ios.pending("%No Rollback Confirmed Change pending\n") is None


def test_eos_tells_it_in_two_forms() -> None:
    old = {"sessions": {"s": {"state": "pendingCommitTimer", "commitUser": "x", "commitBy": 160.0}}}
    new = {"sessions": {}, "commitTimerSessionName": "s", "commitTimerExpireTime": 160.0}
    for sessions in (old, new):
        timer = eos.pending(sessions, 100.0)
        assert timer
        assert (timer.name, timer.left) == ("s", timedelta(seconds=60))
    assert eos.pending({"sessions": {"s": {"state": "pending"}}}, 100.0) is None
    assert eos.commit_timer("s", 3661) == "configure session s commit timer 01:01:01"


@pytest.mark.parametrize(
    ("log", "elapsed", "left"),
    [
        (("commit confirmed, rollback in 5mins", "m"), 60, 240),
        (("commit confirmed, rollback in 5mins",), 60, 240),
        (("m",), 60, 240),  # a release that shows the comment alone
        (("m confirmed",), 60, None),
        (("commit confirmed, rollback in 5mins", "m"), 300, None),
        ((), 0, None),
    ],
)
def test_junos_tells_it_in_its_history(
    log: tuple[str, ...], elapsed: int, left: int | None
) -> None:
    timer = junos.pending(junos.Commit(1000, "netmod", log), 1000 + elapsed, "m", 300)
    assert (timer and timer.left) == (timedelta(seconds=left) if left is not None else None)


XR_LIST = """\
Mon Jun 15 12:01:00.000 UTC

   1) CommitId: 1000000007                 Label: netmod-000000000000
      UserId:   netmod                   Line:  vty0:node0_RP0_CPU0
      Client:   CLI                      Time:  Mon Jun 15 12:00:00 2026
      Comment:  NONE
"""
XR_CLOCK = "Mon Jun 15 12:01:00.000 UTC\n12:01:00.123 UTC Mon Jun 15 2026\n"


def test_xr_tells_its_commits() -> None:
    history, now = xr.commits(XR_LIST), xr.clock(XR_CLOCK)
    timer = xr.pending(history, now, "netmod-000000000000", 300)
    assert timer
    assert (timer.name, timer.user, timer.left) == ("1000000007", "netmod", timedelta(seconds=240))
    assert xr.pending(history, now, "netmod-111111111111", 300) is None
    assert xr.pending(history, now, "netmod-000000000000", 60) is None


def test_xr_knows_a_commit_below_that_of_somebody_else() -> None:
    rows = XR_LIST.partition("\n\n")[2]
    above = rows.replace("netmod-000000000000", "NONE").replace("07 ", "08 ")
    both = above + "\n" + rows.replace("1)", "2)")
    history = xr.commits(both)
    assert [one.label for one in history] == ["", "netmod-000000000000"]
    timer = xr.pending(history, xr.clock(XR_CLOCK), "netmod-000000000000", 300)
    assert timer
    assert (timer.name, timer.left) == ("", timedelta(seconds=240))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        (
            "router isis 1\n address-family ipv4\n  metric 5\n !\n!\nhostname a\nlldp\n!\nend\n",
            "router isis 1|address-family ipv4|metric 5|exit|root|hostname a|root|lldp",
        ),
        (
            "router isis 1\n interface A\n  address-family ipv4\n  !\n !\n interface B\n !\n!\n",
            "router isis 1|interface A|address-family ipv4|exit|exit|interface B|exit",
        ),
        (
            "policy-map Q\n class A\n  priority level 1\n !\n end-policy-map\n!\nlldp\n",
            "policy-map Q|class A|priority level 1|exit|end-policy-map|root|lldp",
        ),
        (
            "route-policy P\n  if a then\n    pass\n  endif\nend-policy\n!\nlldp\n",
            "route-policy P|if a then|pass|endif|end-policy|root|lldp",
        ),
        (
            "banner login ^\n  ! A line\n^\nlldp\n",
            "banner login ^\n  ! A line\n^|root|lldp",
        ),
    ],
)
def test_xr_lines_leave_each_block(text: str, typed: str) -> None:
    assert "|".join(xr.lines(text)) == typed


DEFAULTS = (Scoped(re.compile(r"interface [^\n]+"), re.compile(r"no shutdown$")),)


@pytest.mark.parametrize(
    ("diff", "running", "left"),
    [
        ("interface A\n +no shutdown\n+ntp", "interface A\n mtu 9000\n", "+ntp"),
        ("interface A\n  no shutdown", "interface A\n  shutdown\n", "interface A\n  no shutdown"),
        ("+interface A\n +no shutdown", "", "+interface A"),
        ("interface A\n +no shutdown\n -mtu 9000", "interface A\n", "interface A\n -mtu 9000"),
        ("+no shutdown", "", "+no shutdown"),
    ],
)
def test_a_default_that_holds_is_no_change(diff: str, running: str, left: str) -> None:
    assert changes(diff, running, DEFAULTS) == left


PORT = "interface Ethernet1/1\n"


@pytest.mark.parametrize(
    ("diff", "running", "left"),
    [
        (f"{PORT}  no shutdown", f"{PORT}  switchport mode trunk\n", ""),
        (f"{PORT}  no shutdown", f"{PORT}  no switchport\n", f"{PORT}  no shutdown"),
        (f"{PORT}  no switchport\n  no shutdown", PORT, f"{PORT}  no switchport\n  no shutdown"),
        (f"{PORT}  switchport\n  no shutdown", f"{PORT}  no switchport\n", f"{PORT}  switchport"),
        (f"{PORT}  -no switchport\n  +no shutdown", f"{PORT}  no switchport\n", f"{PORT}  -no switchport"),
        (f"+{PORT}  +no switchport\n  +no shutdown", "", f"+{PORT}  +no switchport\n  +no shutdown"),
    ],
)  # fmt: skip
def test_a_routed_port_of_nxos_is_down_unless_asked(diff: str, running: str, left: str) -> None:
    assert changes(diff, running, NXOS_DEFAULTS) == left


@pytest.mark.parametrize(
    ("asked", "running", "absent"),
    [
        (f"{PORT}  no shutdown\n", f"{PORT}  no switchport\n", ("no shutdown",)),
        (f"{PORT}  no switchport\n  no shutdown\n", f"{PORT}  no switchport\n", ("no shutdown",)),
        (f"{PORT}  no shutdown\n", f"{PORT}  mtu 9216\n", ()),
    ],
)
def test_a_routed_port_that_stayed_down_is_missing(
    asked: str, running: str, absent: tuple[str, ...]
) -> None:
    assert missing(asked, running, NXOS_DEFAULTS) == absent


def test_a_default_that_holds_is_not_missing() -> None:
    check = (Scoped(re.compile(r"\Z"), re.compile(r"password strength-check$")),)
    assert missing("password strength-check\n", "", check) == ()
    assert missing("password strength-check\n", "") == ("password strength-check",)
    off = "no password strength-check\n"
    assert missing("password strength-check\n", off, check) == ("password strength-check",)


def test_junos_set_lines_replace_all_that_runs() -> None:
    running = ["set version 21.4R3", "set system host-name a", "set system ports", "set vlans x"]
    assert junos.deletions(running) == ["delete system", "delete vlans"]
    assert junos.is_set("\nset system host-name a\n")
    assert not junos.is_set("system {\n    host-name a;\n}\n")


def test_junos_values_in_brackets_are_looked_for_one_by_one() -> None:
    running = ["set system authentication-order tacplus"]
    asked = "set system authentication-order [ tacplus password ]"
    assert junos.missing_set(asked, running) == ("set system authentication-order password",)


def test_nxos_tells_what_waits() -> None:
    status = (
        "Details:\n  Start Time: Mon Jun 15\n  Time Left: 55 s\n  Commit Status: Not Committed\n"
    )
    timer = nxos.pending(status)
    assert timer
    assert (timer.name, timer.left) == ("Mon Jun 15", timedelta(seconds=55))
    assert nxos.pending(status.replace("Not Committed", "Committed")) is None
    assert nxos.has_checkpoint("1) netmod-0:\nCreated by x\n", "netmod-0")
    assert not nxos.has_checkpoint("1) netmod-01:\n", "netmod-0")


def record(**changed: object) -> PendingChange:
    values = {
        "host": "a", "platform": "arista_eos", "marker": "m", "kind": "merge", "safety_class": "A",
        "user": "netmod", "seconds": 60, "before": "0",
        "deadline": datetime(2026, 6, 15, 12, 1, tzinfo=UTC), **changed,
    }  # fmt: skip
    return PendingChange.model_validate(values)


def test_a_record_survives_as_json_and_is_frozen() -> None:
    one = record()
    assert PendingChange.model_validate_json(one.model_dump_json()) == one
    with pytest.raises(ValidationError):
        one.host = "b"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        record(secret="x")
    with pytest.raises(ValidationError):
        record(deadline=datetime(2026, 6, 15, 12, 1))  # noqa: DTZ001 a time without zone
    assert one.deadline
    assert one.expired(one.deadline)
    assert not one.expired(one.deadline - timedelta(seconds=1))


B, A, X = "k:b", "k:a", "k:x"


@pytest.mark.parametrize(
    ("after", "seals", "found", "answer"),
    [
        ("1", (B, A), ("0", B), "before"),
        ("1", (B, A), ("1", A), "after"),
        ("1", (B, A), ("2", X), "neither"),
        ("1", ("", ""), ("0", B), "before"),
        ("0", (B, A), ("0", B), "before"),
        ("0", (B, A), ("0", A), "after"),
        ("0", (B, A), ("0", X), "neither"),
        ("0", (B, B), ("0", B), "both"),
        ("0", (B, A), ("1", A), "neither"),
        ("0", ("", ""), ("0", B), "both"),
        ("0", ("j:b", "j:a"), ("0", B), "both"),
        ("", (B, ""), ("0", B), "before"),
        ("", (B, ""), ("0", A), "neither"),
        ("", ("j:b", ""), ("0", B), "before"),
        ("", (B, ""), ("1", A), "neither"),
    ],
)
def test_what_runs_is_told_by_seals_where_hashes_are_equal(
    after: str, seals: tuple[str, str], found: tuple[str, str], answer: str
) -> None:
    one = record(after=after, before_seal=seals[0], after_seal=seals[1])
    assert (
        match(one, State(None, ours=False, found=True, running=found[0], seal=found[1])) == answer
    )


@given(st.text("ab\n !", max_size=30), st.text("ab\n !", max_size=30))
def test_a_seal_tells_texts_apart_and_no_key_from_another(one: str, other: str) -> None:
    text = "key chain K\n key 1\n  key-string {}\n"
    first, second = (
        text.format(one.encode().hex() + "0" * 16),
        text.format(other.encode().hex() + "0" * 16),
    )
    assert running_hash(first) == running_hash(second)
    assert (running_seal(first, "k") == running_seal(second, "k")) == (first == second)
    assert running_seal(first, "k").partition(":")[0] != running_seal(first, "j").partition(":")[0]


def test_a_veil_hides_what_it_filled_in() -> None:
    veil = Veil("key <secret:a>\n", {"a": Secret("topsecret")}.get)
    assert veil.filled.reveal() == "key topsecret\n"
    assert veil.hide("% bad: topsecret, topsecret!") == "% bad: <secret:a>, <secret:a>!"
    assert veil.hide("snmp-server community topsecret RO") == "snmp-server community <secret:a> RO"
    assert "other" not in veil.hide("enable secret topsecret\nenable secret other")
    assert "topsecret" not in repr(veil)
    with veil.file("end\n") as path:
        assert path.read_text() == "key topsecret\nend\n"
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert not path.exists()
    with pytest.raises(CredentialsError):
        Veil("key <secret:b>\n", lambda _: None)


def test_nothing_of_napalm_is_loaded_before_a_session_opens() -> None:
    program = (
        "import sys, netmod.cli, netmod.devices, netmod.devices.change;"
        "print([m for m in ('napalm','ncclient','pyeapi','jnpr.junos') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
