"""Commits of the lab's IOS-XR on its command line: labels, trials, lists, rollbacks, refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmod.lab.shell import open_shell
from tests.unit.lab_pair import XR_PORT, pair

OTHER = ("configure", "hostname other")
NO_CHANGES = "% No configuration changes to commit.\n"


class Session:
    """A terminal on the router; `type` returns the output of the last line."""

    def __init__(self, lab):
        self.device = lab.devices["xr"]
        self.shell = open_shell(self.device, lab.fabric)

    def type(self, *lines):
        replies = [reply for line in lines for reply in self.shell.receive(line + "\n")]
        return replies[-1].output.replace("\r\n", "\n")

    def shown(self, line):
        """The output of a show command without the time above it."""
        return self.type(line).split("\n")[1:-1]

    @property
    def names(self):
        rows = self.shown("show configuration commit list")[2:-1]
        return [row.split()[1] for row in rows]


@pytest.fixture
def region():
    return pair()


@pytest.fixture
def session(region):
    return Session(region[0])


@pytest.mark.parametrize(
    ("command", "seconds"),
    [
        ("commit confirmed 30", 30),
        ("commit confirmed 65535", 65535),
        ("commit confirmed minutes 2", 120),
        ("commit confirmed", 600),
        ("commit label wave-1 confirmed 60", 60),
        ("commit confirmed 60 label wave-1", 60),
        ("commit confirmed label wave-1", 600),
    ],
)
def test_a_trial_ends_by_the_clock(region, session, command, seconds):
    _, clock = region
    assert session.type(*OTHER, command) == ""
    clock.advance(timedelta(seconds=seconds - 1))
    assert session.device.hostname == "other"
    clock.advance(timedelta(seconds=1))
    assert session.device.hostname == "xr"
    assert session.type("commit") == NO_CHANGES
    assert session.device.hostname == "xr"


@pytest.mark.parametrize("again", ["commit", "commit label done"])
def test_a_further_commit_confirms(region, session, again):
    _, clock = region
    session.type(*OTHER, "commit confirmed 60")
    assert session.device.startup.root.find("hostname") == "xr"
    assert session.type(again) == ""
    clock.advance(timedelta(hours=1))
    assert session.device.hostname == "other"
    assert session.device.startup.root.find("hostname") == "other"


def test_another_session_confirms(region, session):
    lab, clock = region
    session.type(*OTHER, "commit label wave-1 confirmed 60")
    assert Session(lab).type("configure", "commit") == ""
    clock.advance(timedelta(hours=1))
    assert session.device.hostname == "other"


def test_a_further_trial_goes_back_to_what_was_before_the_first(region, session):
    _, clock = region
    session.type(*OTHER, "commit confirmed 60", f"interface {XR_PORT}", "mtu 9000")
    session.type("commit confirmed 60")
    clock.advance(timedelta(seconds=60))
    assert session.device.hostname == "xr"
    assert session.device.view.ports[XR_PORT].mtu is None


def test_a_power_cut_ends_a_trial(region, session):
    _, clock = region
    session.type(*OTHER, "commit confirmed 60")
    session.device.power(on=False)
    session.device.power(on=True)
    assert session.device.hostname == "xr"
    clock.advance(timedelta(hours=1))
    assert session.device.hostname == "xr"


def test_what_was_committed_outlives_a_power_cut(session):
    session.type(*OTHER, "commit")
    session.device.power(on=False)
    session.device.power(on=True)
    assert session.device.hostname == "other"


@pytest.mark.parametrize(
    "command",
    ["commit confirmed 29", "commit confirmed 65536", "commit confirmed minutes 1093",
     "commit confirmed ²", "commit label 1st", "commit nonsense"],
)  # fmt: skip
def test_a_commit_that_the_device_does_not_understand_does_nothing(session, command):
    assert "% Invalid input detected" in session.type(*OTHER, command)
    session.type("end", "no")
    assert session.device.hostname == "xr"


@pytest.mark.parametrize("command", ["commit label", "commit comment", "commit confirmed minutes"])
def test_a_commit_that_lacks_its_last_word(session, command):
    assert session.type(*OTHER, command) == "% Incomplete command.\n\n"


def test_a_label_names_one_commit(session):
    session.type(*OTHER, "commit label wave-1", "hostname third")
    assert session.type("commit label wave-1").startswith("% Failed to commit")
    assert session.device.hostname == "other"
    session.type("commit label wave-2 comment of the second wave", "end")
    assert session.names == ["wave-2", "wave-1"]


def test_the_list_in_detail(session):
    session.type(*OTHER, "commit label wave-1 comment Of the First", "end")
    assert session.shown("show configuration commit list detail") == [
        "",
        "   1) CommitId: 1000000001               Label: wave-1",
        "      UserId:   netmod                   Line:  vty0:node0_RP0_CPU0",
        "      Client:   CLI                      Time:  Mon Jun 15 12:00:00 2026",
        "      Comment:  Of the First",
        "",
    ]


def test_pending_lines_and_what_became_of_them(session):
    lines = [f"interface {XR_PORT}", "description to nowhere", "no ipv4 address", "mtu 9000"]
    session.type("configure", *lines)
    pending = [
        f"interface {XR_PORT}",
        " no ipv4 address",
        " description to nowhere",
        " mtu 9000",
        "!",
        "end",
        "",
    ]
    assert session.shown("show configuration")[2:] == pending
    session.type("commit", "end")
    assert session.shown("show configuration commit changes last 1")[2:] == pending
    assert session.shown("show configuration commit changes 1000000001")[2:] == pending
    assert session.shown("show configuration commit changes since 1000000001")[2:] == pending
    assert session.shown("show configuration commit changes last 1 diff")[2:] == [
        f"   interface {XR_PORT}",
        "-   description to xe",
        "-   ipv4 address 192.0.2.0 255.255.255.254",
        "+   description to nowhere",
        "+   mtu 9000",
        "   !",
        "end",
        "",
    ]
    assert "no mtu" in " ".join(session.shown("show configuration rollback changes last 1"))


def test_cleared_lines_are_gone(session):
    session.type(*OTHER, "clear")
    assert session.type("commit") == NO_CHANGES


@pytest.mark.parametrize(
    ("command", "hostname"),
    [
        ("rollback configuration last 1", "second"),
        ("rollback configuration last 2", "first"),
        ("rollback configuration last 3", "xr"),
        ("rollback configuration to wave-2", "first"),
        ("rollback configuration to 1000000001", "xr"),
    ],
)
def test_a_rollback_undoes_the_last_commits(session, command, hostname):
    session.type("configure", "hostname first", "commit label wave-1")
    session.type("hostname second", "commit label wave-2")
    session.type("hostname third", "commit", "end")
    assert "Configuration successfully rolled back" in session.type(command)
    assert session.device.hostname == hostname
    assert session.device.startup.root.find("hostname") == hostname
    session.type("rollback configuration last 1")  # a rollback is a commit
    assert session.device.hostname == "third"


@pytest.mark.parametrize("which", ["last 2", "last 0", "last ²", "to nobody"])
def test_there_is_no_such_commit(session, which):
    session.type(*OTHER, "commit", "end")
    assert session.type(f"rollback configuration {which}").startswith("% No such")
    assert session.device.hostname == "other"


def test_a_rollback_after_a_trial_brings_the_change_back(region, session):
    _, clock = region
    session.type(*OTHER, "commit confirmed 60", "end")
    clock.advance(timedelta(seconds=60))
    assert session.device.hostname == "xr"
    session.type("rollback configuration last 1")
    assert session.device.hostname == "other"


def test_what_is_refused_is_kept_and_explained(session):
    lines = ("configure", "router bgp 65000", "neighbor 192.0.2.1",
             "address-family ipv4 unicast", "route-policy MISSING in", "root")  # fmt: skip
    refused = session.type(*lines, "commit")
    assert refused.startswith("\n% Failed to commit one or more configuration items")
    assert "router bgp 65000" not in session.device.running.render(block_end=True)
    failed = session.shown("show configuration failed")
    assert failed[6:10] == [
        "router bgp 65000",
        " neighbor 192.0.2.1",
        "  address-family ipv4 unicast",
        "   route-policy MISSING in",
    ]
    assert failed[10].startswith("!!% ")
    session.type("route-policy MISSING", "pass", "end-policy", "root")
    assert session.type("commit") == ""
    assert "router bgp 65000" in session.device.running.render(block_end=True)


def test_a_policy_in_use_cannot_be_removed(session):
    session.type(
        "configure", "route-policy USED", "pass", "end-policy", "root", "router bgp 65000",
        "neighbor 192.0.2.1", "address-family ipv4 unicast", "route-policy USED in", "root",
        "commit",
    )  # fmt: skip
    assert "% Failed to commit" in session.type("no route-policy USED", "commit")


def test_a_replacement_asks_first(session):
    session.type("configure", "hostname alone")
    assert "This commit will replace or remove the entire" in session.type("commit replace")
    session.type("no")
    assert session.device.hostname == "xr"
    session.type("commit replace", "yes")
    assert session.device.running.render(block_end=True) == ["hostname alone"]


@pytest.mark.parametrize(
    ("answer", "hostname"), [("", "second"), ("no", "second"), ("yes", "other")]
)
def test_it_asks_before_it_commits_over_somebody_else(region, session, answer, hostname):
    session.type(*OTHER)
    Session(region[0]).type("configure", "hostname second", "commit")
    assert session.type("commit").startswith("One or more commits have occurred from other")
    session.type(answer)
    assert session.device.hostname == hostname
