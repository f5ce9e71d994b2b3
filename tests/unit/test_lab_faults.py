"""Faults without a transport: what is left of a change, patterns, bounds, what is in force."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.errors import LabError
from netmod.lab.config_tree import ConfigTree
from netmod.lab.iosxe import PERSONA as IOSXE
from netmod.lab.partial import partly
from netmod.lab.statements import Statement
from tests.unit.lab_pair import pair

OLD = "hostname a\nntp server 192.0.2.1\ninterface Loopback0\n description old\n"
NEW = (
    "hostname b\nntp server 192.0.2.2\ninterface Loopback0\n description new\n"
    "interface Loopback1\n description added\n"
)


def tree(text):
    made = ConfigTree(IOSXE.grammar)
    assert made.load(text) == []
    return made


def lines(root):
    made = ConfigTree(IOSXE.grammar)
    made.root = root
    return [line for line in made.render(block_end=False) if line != "!"]


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0, lines(tree(OLD).root)),
        # 3 statements go, 5 come
        (0.25, ["interface Loopback0", " description old"]),
        (0.5, ["interface Loopback0", "hostname b"]),
        (0.8, ["interface Loopback0", " description new", "hostname b", "ntp server 192.0.2.2"]),
        (1, [
            "interface Loopback0", " description new", "hostname b", "ntp server 192.0.2.2",
            "interface Loopback1", " description added",
        ]),
    ],
)  # fmt: skip
def test_a_change_stops_after_a_share_of_its_lines(share, expected):
    assert lines(partly(tree(OLD).root, tree(NEW).root, share)) == expected


def statements(depth=2):
    below = st.builds(dict) if depth == 0 else statements(depth - 1)
    names = st.sampled_from("abcd")
    return st.dictionaries(names, below, max_size=4)


def built(values):
    return Statement("", "any", {
        name: Statement(name, "any", built(below).children) for name, below in values.items()
    })  # fmt: skip


def plain(statement):
    return {name: plain(child) for name, child in statement.children.items()}


@given(statements(), statements(), st.floats(0, 1))
def test_nothing_and_everything_are_the_ends(old, new, share):
    before = built(old)
    assert plain(partly(before, built(new), 0)) == old
    assert plain(partly(before, built(new), 1)) == new
    between = partly(before, built(new), share)
    assert plain(before) == old
    assert plain(partly(between, built(new), 1)) == new


WRONG = {
    "latency": lambda faults: faults.latency("xe", -1),
    "share": lambda faults: faults.half_applied("xe", 1),
    "pattern": lambda faults: faults.hang("xe", "("),
    "boot": lambda faults: faults.reboot("xe", -1),
    "flash": lambda faults: faults.flash_full("xe", -1),
    "skew": lambda faults: faults.clock_skew("xe", timedelta(days=40000)),
    "device": lambda faults: faults.refuse_login("nobody"),
    "site": lambda faults: faults.clear_site("nowhere"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_bad_input_has_a_hint_and_changes_nothing(wrong):
    lab, _ = pair()
    with pytest.raises(LabError) as raised:
        WRONG[wrong](lab.faults)
    assert raised.value.hint
    assert lab.faults.in_force() == {}


def test_what_is_in_force_is_listed_until_it_is_cleared():
    lab, _ = pair()
    lab.faults.latency("xe", 0.5)
    lab.faults.drop_session("xe", "^commit", when="before")
    lab.faults.hang("xe", "show run")
    lab.faults.half_applied("xe")
    lab.faults.clock_skew("xe", timedelta(minutes=-5))
    lab.faults.flash_full("xe")
    lab.faults.unreachable("xe")
    lab.faults.change_host_key("xr")
    assert lab.faults.in_force() == {
        "xe": [
            "latency 0.5", "drop ^commit --when before", "hang show run --when after",
            "half-applied 0.5", "unreachable", "clock-skew -300s", "flash-full",
        ],
        "xr": ["host-key"],
    }  # fmt: skip
    lab.faults.clear_all()
    assert lab.faults.in_force() == {"xr": ["host-key"]}  # a key does not come back


def test_a_full_flash_has_no_room_until_it_is_cleared():
    lab, _ = pair()
    lab.faults.flash_full("xe", free=100)
    assert lab.devices["xe"].flash.free == 100
    lab.faults.clear("xe")
    assert lab.devices["xe"].flash.free > 10**9
