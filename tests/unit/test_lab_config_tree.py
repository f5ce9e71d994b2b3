"""The lab's configuration tree: what lines do to it, and that it prints what it holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.lab.config_tree import ConfigTree
from netmod.lab.editor import Editor
from netmod.lab.iosxe.grammar import GRAMMAR as XE
from netmod.lab.iosxr.grammar import GRAMMAR as XR
from netmod.lab.statements import LineRejected
from tests.unit import lab_pair


def edited(grammar, *lines, start=""):
    tree = ConfigTree(grammar)
    assert tree.load(start) == []
    editor = Editor(tree)
    for line in lines:
        editor.enter(line)
    return tree


@pytest.mark.parametrize(
    ("grammar", "text", "block_end"), [(XE, lab_pair.XE, False), (XR, lab_pair.XR, True)]
)
def test_prints_what_it_was_given(grammar, text, block_end):
    tree = ConfigTree(grammar)
    assert tree.load(text) == []
    printed = tree.render(block_end=block_end)
    meant = [line for line in text.splitlines() if line.strip() != "!" and line != "end"]
    assert [line for line in printed if line.strip() != "!"] == meant
    again = ConfigTree(grammar)
    assert again.load("\n".join(printed)) == []
    assert again.render(block_end=block_end) == printed


def test_xr_closes_every_block_where_it_opened():
    tree = ConfigTree(XR)
    tree.load("key chain K\n macsec\n  key 01\n")
    assert tree.render(block_end=True) == [
        "key chain K", " macsec", "  key 01", "  !", " !", "!"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["hostname a", "hostname b"], ["hostname b"]),
        (["hostname a", "no hostname"], []),
        (["hostname a", "no hostname other"], []),
        (["ip route 0.0.0.0 0.0.0.0 192.0.2.1", "ip route 10.0.0.0 255.0.0.0 192.0.2.1"], 2),
        (["interface Gi1/0/1", "shutdown", "no shutdown"], ["interface GigabitEthernet1/0/1"]),
        (["int te 1/0/1", "desc x", "desc y z"], ["interface TenGigabitEthernet1/0/1", " description y z"]),
        (["interface Gi1/0/1", "mtu 9000", "hostname a"], ["interface GigabitEthernet1/0/1", " mtu 9000", "hostname a"]),
        (["interface Gi1/0/1", "mtu 9000", "no interface Gi1/0/1"], []),
        (["interface Gi1/0/1", "no ip redirects"], ["interface GigabitEthernet1/0/1", " no ip redirects"]),
        (["interface Gi1/0/1", "no ip redirects", "ip redirects"], ["interface GigabitEthernet1/0/1"]),
        (["mka policy P", "macsec-cipher-suite gcm-aes-128", "macsec-cipher-suite gcm-aes-256"], ["mka policy P", " macsec-cipher-suite gcm-aes-256"]),
        (["class-map X", "match dscp ef", "interface Gi1/0/1", "mtu 1500"], ["class-map X", " match dscp ef", "interface GigabitEthernet1/0/1", " mtu 1500"]),
        (["! a remark", "", "hostname a"], ["hostname a"]),
    ],
)  # fmt: skip
def test_lines_edit_ios_xe(lines, expected):
    printed = [line for line in edited(XE, *lines).render(block_end=False) if line != "!"]
    assert printed == expected if isinstance(expected, list) else len(printed) == expected


@pytest.mark.parametrize(
    ("grammar", "path", "line", "kind"),
    [
        (XE, [], "nonsense here", "invalid"),
        (XE, [], "hostname", "incomplete"),
        (XE, [], "interface", "incomplete"),
        (XE, [], "interface Nonsense1/0/1 extra words", "invalid"),
        (XE, ["mka policy P"], "macsec-cipher-suite gcm-aes-512", "invalid"),
        (XE, ["mka policy P"], "confidentiality-offset 20", "invalid"),
        (XE, ["key chain K macsec", "key 01"], "lifetime 00:00:00 Mai 1 2026 infinite", "invalid"),
        (XE, ["key chain K macsec"], "key xyz", "invalid"),
        (XR, ["macsec-policy P"], "security-policy may-secure", "invalid"),
        (XR, ["interface Hu0/0/0/1"], "macsec", "incomplete"),
        (XR, ["interface Hu0/0/0/1"], "macsec psk-keychain", "invalid"),
        (XR, ["key chain K", "macsec", "key 01"], "key-string abc", "invalid"),
    ],
)
def test_rejects_what_the_os_rejects(grammar, path, line, kind):
    tree = ConfigTree(grammar)
    editor = Editor(tree)
    for step in path:
        editor.enter(step)
    before = tree.render(block_end=True)
    with pytest.raises(LineRejected) as caught:
        editor.enter(line)
    assert caught.value.kind == kind
    assert tree.render(block_end=True) == before


def test_loading_names_the_lines_that_are_rejected():
    tree = ConfigTree(XE)
    rejected = tree.load("hostname a\nnonsense\n below it\ninterface Gi1/0/1\n quux 3\n mtu 9000\n")
    assert rejected == [(2, "nonsense"), (3, "below it"), (5, "quux 3")]
    assert "GigabitEthernet1/0/1" in "".join(tree.render(block_end=False))


def test_a_banner_is_text_and_no_configuration():
    tree = ConfigTree(XE)
    text = "banner login ^C\nhostname evil\n\n  interface Gi1\n^C\nhostname good\n"
    assert tree.load(text) == []
    assert tree.root.find("hostname") == "good"
    assert "\n".join(tree.render(block_end=False)) == text.strip()


def test_an_address_family_is_closed_by_its_word():
    text = "vrf definition A\n address-family ipv4\n exit-address-family\n address-family ipv6\n"
    tree = ConfigTree(XE)
    assert tree.load(text) == []
    assert tree.render(block_end=False)[:-1] == [
        *text.splitlines(), " exit-address-family"
    ]  # fmt: skip


def test_xr_router_parts_are_no_interfaces_of_the_device():
    tree = edited(XR, "router isis A", "interface HundredGigE0/0/0/1", "point-to-point")
    assert tree.root.find("interface HundredGigE0/0/0/1") is None
    node = tree.node(("router isis A", "interface HundredGigE0/0/0/1"))
    assert list(node.children) == ["point-to-point"]


WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
NUMBERS = st.integers(min_value=1, max_value=48)


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBERS, WORDS, st.booleans()), max_size=12))
def test_printing_and_loading_is_a_round_trip(ports):
    lines = [
        line
        for number, word, shut in ports
        for line in (
            f"interface Gi1/0/{number}",
            f"description {word}",
            "shutdown" if shut else "no shutdown",
        )
    ]
    tree = edited(XE, *lines)
    printed = tree.render(block_end=False)
    assert edited(XE, start="\n".join(printed)).render(block_end=False) == printed


@settings(deadline=None)
@given(st.lists(WORDS, max_size=8, unique=True))
def test_no_takes_back_what_was_entered(names):
    tree = edited(XE, *(f"mka policy {name}" for name in names))
    version = tree.version
    editor = Editor(tree)
    for name in names:
        editor.enter(f"no mka policy {name}")
    assert tree.render(block_end=False) == []
    assert tree.version == version + len(names)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_line_is_taken_or_rejected(line):
    for grammar in (XE, XR):
        tree = ConfigTree(grammar)
        try:
            Editor(tree).enter(line)
        except LineRejected:
            assert tree.version == 0


def test_a_new_value_stands_where_the_old_one_stood():
    tree = ConfigTree(XE)
    assert not tree.load(
        "key chain K macsec\n key 01\n  key-string a\n  lifetime local 00:00:00 Jan 1 2026 23:59:59 Dec 31 2026\n"
    )
    editor = Editor(tree)
    for line in ("key chain K macsec", "key 01", "key-string b"):
        editor.enter(line)
    assert [line.strip() for line in tree.render(block_end=False)][2:4] == [
        "key-string b",
        "lifetime local 00:00:00 Jan 1 2026 23:59:59 Dec 31 2026",
    ]
