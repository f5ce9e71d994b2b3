"""EOS of the lab: configuration sessions, the commit timer, files and `configure replace`."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.lab import Lab, ManualClock
from netmod.lab.eos.sessions import aligned
from netmod.lab.statements import Statement
from tests.unit import lab_pair
from tests.unit.lab_eos import lab_of, prompt, switch, traffic, typed

OPEN = ("configure session change", "hostname other", "end")
COMMIT = "configure session change commit"
ABORT = "configure session change abort"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(lab_pair.NOON)


@pytest.fixture
def lab(clock: ManualClock) -> Lab:
    made = lab_of(switch("a"), switch("b"), clock=clock)
    assert made.rejected == {}
    return made


def shown(lab: Lab, what: str = "running-config") -> str:
    return typed(lab, "a", f"show {what}")


def state(lab: Lab, *, detail: bool = False) -> dict[str, Any]:
    command = "show configuration sessions" + (" detail" if detail else "")
    found = json.loads(typed(lab, "a", f"{command} | json"))["sessions"]
    assert isinstance(found, dict)
    return found


# --- a session


def test_a_session_changes_nothing_until_it_is_committed(lab: Lab) -> None:
    typed(lab, "a", *OPEN)
    assert "hostname a\n" in shown(lab)
    assert "hostname other\n" in shown(lab, "session-config named change")
    assert state(lab)["change"]["state"] == "pending"
    assert typed(lab, "a", COMMIT) == ""
    assert "hostname other\n" in shown(lab)
    assert "hostname a\n" in shown(lab, "startup-config")
    assert state(lab)["change"]["state"] == "completed"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["configure session napalm_607123"], "a(config-s-napalm)#"),
        (["configure session ab", "interface et1/1"], "a(config-s-ab-if-Et1/1)#"),
        (["conf sess ab", "interface et1/1", "exit"], "a(config-s-ab)#"),
        (["configure session ab", "interface et1/1", "exit", "exit"], "a#"),
        (["configure session ab", "commit"], "a#"),
        (["configure session ab", "abort"], "a#"),
        (["configure session ab", "commit timer 0:5:0"], "a#"),
        (["configure session ab", "rollback clean-config"], "a(config-s-ab)#"),
        (["configure session"], "a(config-s-sess-0)#"),
    ],
)
def test_prompts(lab: Lab, lines: list[str], expected: str) -> None:
    assert prompt(lab, *lines) == expected


def test_the_difference_is_that_of_running_and_session(lab: Lab) -> None:
    typed(lab, "a", "configure session change", "interface et1/1", "description new", "end")
    lines = shown(lab, "session-config named change diffs").splitlines()
    assert lines[:2] == ["--- system:/running-config", "+++ session:/change-session-config"]
    changed = [line for line in lines[2:] if line[0] in "+-"]
    assert changed == ["-   description a cable", "+   description new"]


def test_a_clean_session_with_the_same_lines_has_no_difference(lab: Lab) -> None:
    lines = [line.strip() for line in shown(lab).splitlines() if not line.startswith("!")]
    reordered = [*lines[lines.index("interface Management1") : -1], *lines[:-1]]
    typed(lab, "a", "configure session change", "rollback clean-config", *reordered, "end")
    assert shown(lab, "session-config named change diffs") == ""


def test_a_commit_replaces_what_others_changed_meanwhile(lab: Lab) -> None:
    typed(lab, "a", *OPEN)
    typed(lab, "a", "configure", "interface et1/1", "description theirs")
    typed(lab, "a", COMMIT)
    assert "description a cable" in shown(lab)


def test_who_enters_a_session_by_its_name_goes_on_with_it(lab: Lab) -> None:
    typed(lab, "a", *OPEN)
    typed(lab, "a", "configure session change", "interface et1/1", "description more")
    assert "hostname other\n" in shown(lab, "session-config named change")
    assert "description more\n" in shown(lab, "session-config named change")
    inside = typed(lab, "a", "configure session change", "show session-config diffs")
    assert inside == shown(lab, "session-config named change diffs")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("configure session none commit", "% Cannot commit session none (session does not exist)"),
        ("configure session none abort", "% Cannot abort session none (session does not exist)"),
        ("show session-config named none", "% Cannot find session none"),
        ("show session-config", "% Not currently in a configuration session"),
        (
            "configure session x commit timer 00:00:00",
            "% Invalid input (at token 0: 'configure')",
        ),
        ("configure session x y", "% Invalid input (at token 3: 'y')"),
    ],
)
def test_what_is_not_there_is_refused(lab: Lab, line: str, words: str) -> None:
    assert typed(lab, "a", line) == words + "\n"


def test_a_completed_session_is_over(lab: Lab) -> None:
    typed(lab, "a", *OPEN)
    typed(lab, "a", COMMIT)
    for line in (COMMIT, ABORT, OPEN[0]):
        assert "completed)" in typed(lab, "a", line)
    typed(lab, "a", "configure session next", "commit")
    assert list(state(lab)) == ["next"]


def test_there_are_five_pending_sessions_at_most(lab: Lab) -> None:
    for number in range(5):
        assert typed(lab, "a", f"configure session s{number}") == ""
    assert "Maximum number of pending" in typed(lab, "a", "configure session s5")
    typed(lab, "a", "configure session s0 abort")
    assert typed(lab, "a", "configure session s5") == ""


# --- the timer


def test_a_commit_that_nobody_confirms_is_taken_back(lab: Lab, clock: ManualClock) -> None:
    typed(lab, "a", "configure session change", "interface et1/1", "shutdown", "end")
    typed(lab, "a", f"{COMMIT} timer 00:05:00")
    assert traffic(lab, "b") == "none"
    clock.advance(timedelta(minutes=4, seconds=59))
    assert state(lab)["change"]["state"] == "pendingCommitTimer"
    assert traffic(lab, "b") == "none"
    clock.advance(timedelta(seconds=1))
    assert traffic(lab, "b") == "encrypted"
    assert state(lab) == {}
    assert "does not exist" in typed(lab, "a", COMMIT)
    assert "does not exist" in typed(lab, "a", ABORT)


def test_the_time_that_is_left_counts_from_the_start_of_the_device(
    lab: Lab, clock: ManualClock
) -> None:
    typed(lab, "a", *OPEN)
    typed(lab, "a", f"{COMMIT} timer 01:00:00")
    clock.advance(timedelta(minutes=10))
    uptime = json.loads(typed(lab, "a", "show version | json"))["uptime"]
    assert state(lab, detail=True)["change"]["commitBy"] - uptime == pytest.approx(3000)
    assert "commitBy" not in state(lab)["change"]
    assert "00:50:00 from now" in shown(lab, "configuration sessions detail")


def test_a_second_commit_confirms(lab: Lab, clock: ManualClock) -> None:
    typed(lab, "a", *OPEN)
    typed(lab, "a", f"{COMMIT} timer 00:05:00")
    typed(lab, "a", COMMIT)
    assert state(lab)["change"]["state"] == "completed"
    clock.advance(timedelta(hours=1))
    assert "hostname other\n" in shown(lab)


def test_a_second_timer_gives_more_time(lab: Lab, clock: ManualClock) -> None:
    typed(lab, "a", *OPEN)
    typed(lab, "a", f"{COMMIT} timer 00:05:00")
    clock.advance(timedelta(minutes=4))
    typed(lab, "a", f"{COMMIT} timer 00:05:00")
    clock.advance(timedelta(minutes=4))
    assert "hostname other\n" in shown(lab)
    clock.advance(timedelta(minutes=1))
    assert "hostname a\n" in shown(lab)


def test_an_abort_takes_the_commit_back_at_once(lab: Lab) -> None:
    typed(lab, "a", *OPEN)
    typed(lab, "a", f"{COMMIT} timer 00:05:00")
    assert typed(lab, "a", ABORT) == ""
    assert "hostname a\n" in shown(lab)
    assert state(lab) == {}


@pytest.mark.parametrize("line", ["configure session two commit", "configure replace clean-config"])
def test_nothing_else_is_put_in_force_while_a_commit_waits(lab: Lab, line: str) -> None:
    typed(lab, "a", "configure session two", "hostname two", "end")
    typed(lab, "a", *OPEN)
    typed(lab, "a", f"{COMMIT} timer 00:05:00")
    assert "timer of session change is running" in typed(lab, "a", line)
    assert "hostname other\n" in shown(lab)


def test_a_reboot_forgets_sessions_and_timer_and_boots_what_was_saved(
    lab: Lab, clock: ManualClock
) -> None:
    typed(lab, "a", *OPEN)
    typed(lab, "a", f"{COMMIT} timer 00:05:00")
    typed(lab, "a", "configure session left", "hostname left", "end")
    lab.devices["a"].reboot()
    assert state(lab) == {}
    assert "hostname a\n" in shown(lab)


# --- files


def test_a_file_brings_back_what_was_saved_and_not_what_ran(lab: Lab) -> None:
    typed(lab, "a", "configure", "interface et1/1", "description unsaved")
    assert "Copy completed" in typed(lab, "a", "copy startup-config flash:rollback-0")
    typed(lab, "a", "configure", "hostname other")
    assert typed(lab, "a", "configure replace flash:rollback-0") == ""
    assert "hostname a\n" in shown(lab)
    assert "description a cable\n" in shown(lab)


def test_replace_takes_all_or_nothing(lab: Lab) -> None:
    lab.devices["a"].flash.write("new", b"hostname new\nnonsense\n", lab.devices["a"].lab_now())
    answer = typed(lab, "a", "configure replace flash:new")
    assert answer == "% Errors in flash:new:\n% Invalid input at line 2: 'nonsense'\n"
    assert "hostname a\n" in shown(lab)
    assert typed(lab, "a", "configure replace flash:new ignore-errors") == ""
    assert "hostname new\n" in shown(lab)
    assert "interface" not in shown(lab)


def test_files_are_listed_read_and_deleted(lab: Lab) -> None:
    typed(lab, "a", "copy running-config flash:kept")
    assert "kept" in typed(lab, "a", "dir flash:")
    assert typed(lab, "a", "more flash:kept") == shown(lab)
    assert typed(lab, "a", "delete flash:kept") == ""
    assert "No files" in typed(lab, "a", "dir")
    for line in ("more flash:kept", "delete flash:kept", "configure replace flash:kept"):
        assert "No such file" in typed(lab, "a", line)


def test_a_full_flash_is_told(lab: Lab) -> None:
    flash = lab.devices["a"].flash
    flash.capacity = flash.used + 10
    answer = typed(lab, "a", "copy running-config flash:rollback-0")
    assert "No space left on device" in answer


def test_a_file_may_be_saved_and_merged(lab: Lab) -> None:
    now = lab.devices["a"].lab_now()
    lab.devices["a"].flash.write("more", b"interface Ethernet1/1\n   mtu 9214\n", now)
    typed(lab, "a", "copy flash:more running-config")
    assert "   mtu 9214\n" in shown(lab)
    assert "hostname a\n" in shown(lab)
    typed(lab, "a", "copy flash:more startup-config")
    assert "hostname" not in shown(lab, "startup-config")


# --- around it


def test_exec_commands_work_in_configuration_mode(lab: Lab) -> None:
    answer = typed(lab, "a", "configure", "hostname other", "write memory")
    assert answer == "Copy completed successfully.\n"
    assert "hostname other\n" in shown(lab, "startup-config")


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("username a secret sha512 $6$abc", "username a secret sha512 <removed>"),
        ("snmp-server community hidden ro", "snmp-server community <removed> ro"),
        ("ntp authentication-key 1 sha1 7 0600", "ntp authentication-key 1 sha1 7 <removed>"),
        (
            "snmp-server user u g v3 auth sha A1B2 priv aes C3D4",
            "snmp-server user u g v3 auth sha <removed> priv aes <removed>",
        ),
    ],
)
def test_sanitized_shows_no_secret(lab: Lab, line: str, kept: str) -> None:
    typed(lab, "a", "configure", line)
    text = shown(lab, "running-config sanitized")
    assert f"{kept}\n" in text
    assert "      key 01aa 7 <removed>\n" in text
    assert "mac security profile P" in text


def test_what_has_no_json_says_so(lab: Lab) -> None:
    answer = json.loads(typed(lab, "a", "show inventory | json"))
    assert answer == {"errors": ["This is an unconverted command"]}


def test_ports_are_told_in_text_and_as_values(lab: Lab) -> None:
    values = json.loads(typed(lab, "a", "show interfaces | json"))["interfaces"]
    assert list(values) == ["Ethernet1/1", "Management1"]
    port = values["Ethernet1/1"]
    assert (port["lineProtocolStatus"], port["interfaceStatus"]) == ("up", "connected")
    assert (port["description"], port["bandwidth"]) == ("a cable", 100_000_000_000)
    assert port["physicalAddress"].replace(":", "") == lab.devices["a"].mac("Ethernet1/1")
    assert values["Management1"]["interfaceAddress"][0]["primaryIp"]["maskLen"] == 24
    typed(lab, "a", "configure", "interface et1/1", "shutdown")
    values = json.loads(typed(lab, "a", "show interfaces et1/1 | json"))["interfaces"]
    assert values["Ethernet1/1"]["interfaceStatus"] == "disabled"
    assert "is administratively down" in shown(lab, "interfaces et1/1")


TEXTS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(TEXTS, TEXTS)
def test_aligned_has_the_new_statements_in_the_old_order(new: list[str], old: list[str]) -> None:
    def statement(texts: list[str]) -> Statement:
        return Statement("", None, {text: Statement(text) for text in texts})

    found = list(aligned(statement(new), statement(old)).children)
    assert sorted(found) == sorted(new)
    assert [text for text in found if text in old] == [text for text in old if text in new]
