"""Transcripts, glued prompts and file names: which lines are the output of which command."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.evidence import Capture
from netmod.platforms._config import parse
from netmod.platforms._split import normalise_command, split


def capture(text: str, command: str | None = "show version") -> Capture:
    return Capture(host="h", command=command, text=text, file="h/x.txt", sha256="0")


COMMANDS = [
    ("sh ver", "show version"),
    ("admin sh inv", "admin show inventory"),
    ("show run", "show running-config"),
    ("show running config", "show running-config"),
    ("show  macsec  mka   session", "show macsec mka session"),
    ("show macsec interface HundredGigE1-0-33.5", "show macsec interface HundredGigE1/0/33.5"),
    ("show macsec mka session interface Ethernet1-97-1 details", "show macsec mka session interface Ethernet1/97/1 details"),
    ("show security macsec connections interface et-2-0-1", "show security macsec connections interface et-2/0/1"),
    ("show security macsec connections interface et-2/0/1", "show security macsec connections interface et-2/0/1"),
    ("show macsec interface hundredgige1 0 3", "show macsec interface"),
    ("show crypto ipsec sa peer 17.0.1.1", "show crypto ipsec sa peer 17.0.1.1"),
]  # fmt: skip


@pytest.mark.parametrize(("given_command", "expected"), COMMANDS)
def test_normalise_command(given_command: str, expected: str) -> None:
    assert normalise_command(given_command) == expected


SPLITS = [
    ("plain", "a\nb", [("show version", ["a", "b"])]),
    ("prompt at the end", "a\nrouter1#", [("show version", ["a"])]),
    ("echoed command", "show version\na", [("show version", ["a"])]),
    ("prompt at the start", "router1#show version\na", [("show version", ["a"])]),
    ("bare prompt first", "router1#\na", [("show version", ["a"])]),
    ("doubled prompt", "sw1#sw1# show  version \na\nsw1# sw1# ", [("show version", ["a"])]),
    ("XR prompt", "RP/0/RP0/CPU0:pe1#show version\na", [("show version", ["a"])]),
    ("Junos prompt", "me@mx1> show version\na\n{master:0}\nme@mx1> ", [("show version", ["a", ""])]),
    ("two commands", "a\nrouter1#show inventory\nb", [("show version", ["a"]), ("show inventory", ["b"])]),
    ("last wins", "a\nrouter1#show inventory\nb\nrouter1#show inventory\nc", [("show version", ["a"]), ("show inventory", ["c"])]),
    ("an empty last does not", "x\nrouter1#show inventory\nb\nrouter1#show inventory\n", [("show version", ["x"]), ("show inventory", ["b"])]),
    ("a cut last config does not win", "x\nr1#show running-config\nhostname r1\nend\nr1#show running-config\nhostname r1", [("show version", ["x"]), ("show running-config", ["hostname r1", "end"])]),
    ("admin plane of XR", "a\nRP/0/RP0/CPU0:pe1#admin show inventory\nb", [("show version", ["a"]), ("admin show inventory", ["b"])]),
    ("Junos configures", "a\n[edit]\nme@mx1# show security\nb;", [("show version", ["a", ""]), ("show configuration security", ["b;"])]),
    ("Junos configures below", "a\n{master}[edit security macsec]\nme@mx1# show | display set\nset b", [("show version", ["a", ""]), ("show configuration security macsec | display set", ["set b"])]),
    ("Junos runs", "a\n[edit]\nme@mx1# run show inventory\nb", [("show version", ["a", ""]), ("show inventory", ["b"])]),
    ("an operator is no Junos", "a\nrouter1#show running-config\nb", [("show version", ["a"]), ("show running-config", ["b"])]),
    ("a hash in a text", "description room#show 4\nb", [("show version", ["description room#show 4", "b"])]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in SPLITS], ids=[case[0] for case in SPLITS]
)
def test_split(text: str, expected: list[tuple[str, list[str]]]) -> None:
    blocks = split(capture(text))
    assert [(block.command, list(block.lines)) for block in blocks] == expected


def test_line_numbers_are_those_of_the_file() -> None:
    blocks = split(capture("a\nrouter1#show inventory\nb\nc"))
    assert blocks[1].source(1).lines == (4,)


def test_transcript_without_a_name() -> None:
    blocks = split(capture("r1#show version\na\nr1#show inventory\nb\nr1#", command=None))
    assert [block.command for block in blocks] == ["show version", "show inventory"]


@given(st.text(alphabet=st.sampled_from("ab#> \n:@-show/1{}[]"), max_size=300))
def test_any_text_splits(text: str) -> None:
    for block in split(capture(text)):
        assert len(block.lines) <= text.count("\n") + 1


def test_a_config_without_indentation_hides_nothing_in_an_interface() -> None:
    lines = ("interface Ethernet1/1", "mtu 9216", "snmp-server community x", "ntp server 10.0.0.1")
    tree = parse(lines, sections=re.compile("interface "))
    assert [line.text for line in tree.children] == [lines[0], *lines[2:]]
    assert [line.text for line in tree.children[0].children] == ["mtu 9216"]
