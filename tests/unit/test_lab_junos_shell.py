"""The lab's Junos command line: configuration, commits, and the words of its errors."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmod.lab.junos import PERSONA
from netmod.lab.junos.tree import compare, set_lines
from netmod.lab.shell import open_shell
from tests.unit.lab_junos import JUNOS, PORT, junos_pair, typed


def tree(text):
    loaded = PERSONA.tree(PERSONA.grammar)
    assert loaded.load(text) == []
    return loaded


def test_braces_and_set_lines_load_as_the_same_tree():
    first = tree(JUNOS)
    second = tree("\n".join(first.render(block_end=False)))
    assert list(set_lines(first.root)) == list(set_lines(second.root))
    assert not list(compare(first.root, second.root))


@pytest.mark.parametrize(
    "statement",
    ["system hostname x", "security macsec connectivity-association CA offset 7", "system host-name",
     "interfaces Gi0/1 mtu 9000", "interfaces et-0/0/1 mtu big", "system host-name a b"],
)  # fmt: skip
def test_statements_that_junos_does_not_know_are_rejected(statement):
    loaded = PERSONA.tree(PERSONA.grammar)
    assert loaded.load(f"set {statement}\n") == [(1, statement)]
    assert not loaded.root.children


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("shw version", "unknown command."),
        ("show versoin", "syntax error."),
        ("show security macsec", "missing argument."),
        ("show version | grep x", "syntax error."),
    ],
)
def test_errors_of_operational_mode(line, words):
    (output,) = typed(junos_pair()[0], line)
    assert output.splitlines()[-1] == words
    assert output.splitlines()[0].strip() == "^"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("set system host-name", "missing argument."),
        ("set system nothing x", "syntax error."),
        ("frobnicate", "unknown command."),
        ("delete system domain-name", "warning: statement not found"),
        ("rollback 7", "error: rollback 7 does not exist"),
        ("commit confirmed 0", "error: Value 0 is not within range (1..65535)"),
    ],
)
def test_errors_of_configuration_mode(line, words):
    assert typed(junos_pair()[0], "configure", line)[-1].splitlines()[-1] == words


def test_the_caret_stands_under_the_word_in_question():
    lab, _ = junos_pair()
    shell = open_shell(lab.devices["ju"], lab.fabric)
    prompt = shell.prompt.splitlines()[-1]
    (reply,) = shell.receive("show versoin\n")
    assert reply.output.index("^") == len(prompt) + len("show ")


def test_a_candidate_is_compared_checked_and_committed():
    lab, _ = junos_pair()
    answers = typed(
        lab, "configure", f"set interfaces {PORT} mtu 9000", "show | compare", "commit check",
        "run show configuration interfaces | display set | match mtu", "commit", "exit",
        "show configuration interfaces | display set | match mtu",
    )  # fmt: skip
    assert answers == [
        "Entering configuration mode\r\n",
        "",
        f"[edit interfaces {PORT}]\r\n+   mtu 9000;\r\n",
        "configuration check succeeds\r\n",
        "",
        "commit complete\r\n",
        "Exiting configuration mode\r\n",
        f"set interfaces {PORT} mtu 9000\r\n",
    ]


def test_a_commit_that_does_not_check_out_changes_nothing():
    lab, _ = junos_pair()
    path = "security macsec interfaces et-0/0/1 connectivity-association"
    answers = typed(lab, "configure", f"set {path} OTHER", "commit")
    assert answers[-1].splitlines()[-1] == "error: configuration check-out failed"
    assert lab.fabric.port(lab.devices["ju"], PORT).traffic == "encrypted"


def test_a_commit_that_is_not_confirmed_is_taken_back_by_the_labs_clock():
    lab, clock = junos_pair()
    device = lab.devices["ju"]
    answers = typed(
        lab, "configure", f"delete security macsec interfaces {PORT}", "commit confirmed 5"
    )
    assert "automatically rolled back in 5 minutes" in answers[-1]
    assert lab.fabric.port(device, PORT).traffic == "blocked"
    clock.advance(timedelta(minutes=5, seconds=-1))
    assert lab.fabric.port(device, PORT).traffic == "blocked"
    due = clock.now() + timedelta(seconds=1)
    clock.advance(timedelta(minutes=2))
    state = lab.fabric.port(device, PORT)
    assert state.traffic == "encrypted"
    assert state.active.since == due


def test_a_commit_that_is_confirmed_stays_and_can_be_rolled_back_by_hand():
    lab, clock = junos_pair()
    typed(lab, "configure", "set system host-name other", "commit confirmed", "commit")
    clock.advance(timedelta(hours=1))
    assert lab.devices["ju"].hostname == "other"
    again = typed(lab, "configure", "rollback 1", "show | compare", "exit")
    assert again[2] == ""  # the commit that confirmed is one, too
    compared = typed(lab, "configure", "rollback 2", "show | compare", "commit and-quit")
    assert compared[2].splitlines()[1:] == ["-  host-name other;", "+  host-name ju;"]
    assert compared[3].splitlines() == ["commit complete", "Exiting configuration mode"]
    assert lab.devices["ju"].hostname == "ju"


def test_uncommitted_changes_are_asked_about_and_kept():
    lab, _ = junos_pair()
    shell = open_shell(lab.devices["ju"], lab.fabric)
    for line in ("configure", "set system domain-name x.example", "exit"):
        (reply,) = shell.receive(line + "\n")
    assert reply.prompt.startswith("Exit with uncommitted changes?")
    (reply,) = shell.receive("yes\n")
    assert reply.output == "Exiting configuration mode\r\n"
    assert "changed but not committed" in typed(lab, "configure")[0]


def test_levels_of_the_hierarchy():
    lab, _ = junos_pair()
    shell = open_shell(lab.devices["ju"], lab.fabric)
    prompts = []
    lines = (
        "configure",
        f"edit interfaces {PORT}",
        "set mtu 9000",
        "show | match mtu",
        "up",
        "top",
    )
    for line in lines:
        (reply,) = shell.receive(line + "\n")
        prompts.append(reply.prompt.splitlines()[1])
        if line.startswith("show"):
            assert reply.output == "mtu 9000;\r\n"
    assert prompts[1:] == [f"[edit interfaces {PORT}]"] * 3 + ["[edit interfaces]", "[edit]"]


@pytest.mark.parametrize(
    ("pipe", "expected"),
    [
        ("| match LO0 | count", ["Count: 1 lines"]),
        ('| match "lo0|host-name" | except lo0', ["set system host-name ju"]),
        ("| last 1 | no-more", ["set interfaces lo0 unit 0 family inet address 192.0.2.9/32"]),
        ("| find nowhere", ["", "Pattern not found"]),
    ],
)
def test_pipes(pipe, expected):
    (output,) = typed(junos_pair()[0], f"show configuration | display set {pipe}")
    assert output.splitlines() == expected


def test_interfaces_point_to_their_bundle_and_carry_their_addresses():
    bundle = (
        f"set interfaces {PORT} gigether-options 802.3ad ae1\n"
        "set interfaces ae1 unit 0 family inet address 192.0.2.1/31\n"
    )
    bare = "\n".join(line for line in JUNOS.splitlines() if f"{PORT} unit" not in line)
    lab, _ = junos_pair(f"{bare}\n{bundle}")
    shown, lacp, isis = typed(
        lab, "show interfaces terse", "show lacp interfaces", "show isis adjacency"
    )
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines()}
    assert rows[f"{PORT}.0"] == ["up", "up", "aenet", "-->", "ae1.0"]
    assert rows["ae1.0"] == ["up", "up", "inet", "192.0.2.1/31"]
    assert lacp.splitlines()[0] == "Aggregated interface: ae1"
    assert "Collecting distributing" in lacp
    assert isis == "IS-IS instance is not running\r\n"


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("system services ssh ciphers", ["ciphers [ aes256-gcm@openssh.com aes256-ctr ];"]),
        ("system host-name", ["host-name ju;"]),
        ("system services", ["ssh {", "    root-login deny;",
                             "    ciphers [ aes256-gcm@openssh.com aes256-ctr ];", "}"]),
        ("snmp", []),
    ],
)  # fmt: skip
def test_a_part_of_the_configuration(path, lines):
    (output,) = typed(junos_pair()[0], f"show configuration {path}")
    assert output.splitlines() == lines
