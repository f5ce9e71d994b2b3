"""Orders to a running lab: what stands on a command line, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmod.errors import LabError
from netmod.lab import Order, order_of
from netmod.lab.islands import islands, parts
from netmod.lab.orders import KINDS, obey, span
from tests.unit.lab_pair import link, pair
from tests.unit.test_lab_reachability import region

WORDS = {
    "sw latency 0.5": Order(do="fault", device="sw", fault="latency", value=0.5),
    "sw refuse-login": Order(do="fault", device="sw", fault="refuse-login"),
    "sw host-key": Order(do="fault", device="sw", fault="host-key"),
    "sw drop ^commit": Order(do="fault", device="sw", fault="drop", value="^commit"),
    "sw hang show": Order(do="fault", device="sw", fault="hang", value="show"),
    "sw truncate run": Order(do="fault", device="sw", fault="truncate", value="run"),
    "sw reboot": Order(do="fault", device="sw", fault="reboot", value=120.0),
    "sw reboot 5": Order(do="fault", device="sw", fault="reboot", value=5.0),
    "sw flash-full": Order(do="fault", device="sw", fault="flash-full", value=0),
    "sw clock-skew +5m": Order(do="fault", device="sw", fault="clock-skew", value=300.0),
    "sw clock-skew -1h30m": Order(do="fault", device="sw", fault="clock-skew", value=-5400.0),
    "sw half-applied": Order(do="fault", device="sw", fault="half-applied", value=0.5),
    "sw unreachable": Order(do="fault", device="sw", fault="unreachable"),
    "sw clear": Order(do="clear", device="sw"),
}


@pytest.mark.parametrize("text", WORDS)
def test_a_command_line_is_an_order(text):
    assert order_of(text.split(), None, None) == WORDS[text]


def test_every_fault_has_a_row():
    assert {one.fault for one in WORDS.values()} - {""} == set(KINDS)


def test_sites_and_moments():
    assert order_of(["dead"], "s", None) == Order(do="fault", fault="dead", site="s")
    assert order_of(["clear"], "s", None).do == "clear"
    assert order_of(["sw", "drop", "^end"], None, "before").when == "before"


@pytest.mark.parametrize(
    ("words", "site", "when"),
    [
        ([], None, None),
        (["sw"], None, None),
        (["sw", "explode"], None, None),
        (["sw", "latency"], None, None),
        (["sw", "latency", "soon"], None, None),
        (["sw", "latency", "nan"], None, None),
        (["sw", "latency", "1", "2"], None, None),
        (["sw", "refuse-login", "now"], None, None),
        (["sw", "drop"], None, None),
        (["sw", "drop", "show", "run"], None, None),
        (["sw", "clock-skew", "5"], None, None),
        (["sw", "clock-skew", "9" * 40 + "d"], None, None),
        (["sw", "latency", "1"], None, "before"),
        (["sw", "unreachable"], "site", None),
        (["latency"], "site", None),
    ],
)
def test_bad_words_have_a_hint(words, site, when):
    with pytest.raises(LabError) as raised:
        order_of(words, site, when)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("text", "seconds"), [("5m", 300), ("+90s", 90), ("-2d", -172800), ("+1h0.5m", 3630)]
)
def test_spans(text, seconds):
    assert span(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "order",
    [
        Order(do="fault", device="xe", fault="explode"),
        Order(do="fault", device="xe", fault="latency"),
        Order(do="fault", device="xe", fault="latency", value="1"),
        Order(do="fault", device="xe", fault="drop", value=1),
        Order(do="fault", fault="latency", value=1),
    ],
)
def test_an_order_that_no_command_line_gives_is_refused(order):
    lab, _ = pair()
    with pytest.raises(LabError, match="not understood"):
        obey(lab.faults, order)


@pytest.mark.parametrize("text", [one for one in WORDS if one != "sw clear"])
def test_every_order_is_obeyed(text):
    lab, _ = pair()
    obey(lab.faults, order_of(["xe", *text.split()[1:]], None, None))
    assert len(lab.faults.in_force()["xe"]) == 1


NAMES = ("xe", "xr", "far")


def test_islands_are_what_active_links_join():
    whole = region()
    assert islands(whole, NAMES) == [["xe", "xr", "far"]]
    whole.links["second"] = link("second", status="planned")
    assert islands(whole, NAMES) == [["xe", "xr"], ["far"]]
    assert islands(whole, ("xe", "far")) == [["xe"], ["far"]]


@pytest.mark.parametrize(
    ("most", "expected"), [(1, [["xe", "xr"], ["far"]]), (3, [["xe", "xr", "far"]])]
)
def test_parts_never_cut_a_link(most, expected):
    whole = region()
    del whole.links["second"]
    assert parts(whole, NAMES, most) == expected
