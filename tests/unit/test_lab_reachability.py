"""Reachability follows the fabric: a chain of three devices, with the station at its beginning."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netmod.errors import LabError
from netmod.inventory import Inventory, ManagedEnd, SupplierEnd, Trust
from netmod.lab import Lab, ManualClock
from netmod.lab.editor import Editor
from tests.unit.lab_pair import NOON, XE, XE_PORT, XR, XR_PORT, device, link, site

NEXT_PORT, FAR_PORT = "HundredGigE1/0/2", "HundredGigE0/0/0/2"
NEXT = f"interface {NEXT_PORT}\n no switchport\n"
FAR = "hostname far\ninterface HundredGigE0/0/0/2\n ipv4 address 192.0.2.9 255.255.255.254\n"
CHAIN = XE.replace("!\nend", NEXT + "!\nend")


def region(*more):
    """`xr` at the data centre, `xe` behind it, `far` behind that one."""
    data_centre = site("site-xr").model_copy(update={"kind": "data-centre"})
    second = link(
        "second",
        a=ManagedEnd(device="xe", interface=NEXT_PORT),
        b=ManagedEnd(device="far", interface=FAR_PORT),
    )
    return Inventory(
        trusts={"trust": Trust(id="trust", name="Trust")},
        sites={"site-xe": site("site-xe"), "site-far": site("site-far"), "site-xr": data_centre},
        devices={
            "xe": device("xe", "cisco_iosxe"),
            "xr": device("xr", "cisco_iosxr"),
            "far": device("far", "cisco_iosxr"),
        },
        links={one.id: one for one in (link(), second, *more)},
    )


def chain(*more, xe=CHAIN, xr=XR, **options):
    clock = ManualClock(NOON)
    lab = Lab(region(*more), {"xe": xe, "xr": xr, "far": FAR}, clock=clock, **options)
    lab.refresh()
    return lab, clock


def enter(lab, name, *lines):
    editor = Editor(lab.devices[name].running)
    for line in lines:
        editor.enter(line)
    lab.refresh()


def test_everything_is_reached_while_nothing_is_wrong():
    lab, _ = chain()
    assert lab.reachability.stations == {"site-xr"}
    assert lab.reachability.unreachable == {}
    assert lab.reachability.log == []


CUTS = {
    "shut here": ("xe", [f"interface {XE_PORT}", "shutdown"], f"xe {XE_PORT} is shut"),
    "shut there": ("xr", [f"interface {XR_PORT}", "shutdown"], f"xr {XR_PORT} is shut"),
    "blocked": (
        "xe", [f"interface {XE_PORT}", "no mka pre-shared-key key-chain KC"],
        "is blocked by MACsec",
    ),
    "key gone": ("xr", ["key chain KC", "macsec", "no key 01aa"], "is blocked by MACsec"),
}  # fmt: skip


@pytest.mark.parametrize("cut", CUTS)
def test_a_link_that_passes_nothing_cuts_off_all_behind_it(cut):
    lab, clock = chain()
    clock.advance(timedelta(seconds=5))
    name, lines, reason = CUTS[cut]
    enter(lab, name, *lines)
    assert set(lab.reachability.unreachable) == {"xe", "far"}
    first, second = lab.reachability.log
    assert {first.device, second.device} == {"xe", "far"}
    assert not first.reachable
    assert first.at == clock.now()
    assert reason in first.reason
    assert first.reason.startswith("link: ")


def test_the_log_tells_when_the_path_is_back():
    lab, clock = chain()
    enter(lab, "xe", f"interface {NEXT_PORT}", "shutdown")
    clock.advance(timedelta(minutes=3))
    enter(lab, "xe", f"interface {NEXT_PORT}", "no shutdown")
    assert [(one.device, one.reachable, one.at) for one in lab.reachability.log] == [
        ("far", False, NOON),
        ("far", True, NOON + timedelta(minutes=3)),
    ]


@pytest.mark.parametrize("policy", ["should-secure", "must-secure"])
def test_only_must_secure_cuts_off(policy):
    open_ = policy == "should-secure"
    xe = CHAIN.replace(
        " macsec network-link", f" macsec network-link\n macsec access-control {policy}"
    ).replace("key 01aa", "key 01ab")
    lab, _ = chain(xe=xe if open_ else xe.replace(f" macsec access-control {policy}\n", ""),
                   xr=XR.replace("must-secure", policy))  # fmt: skip
    assert set(lab.reachability.unreachable) == (set() if open_ else {"xe", "far"})


def test_a_key_that_ends_cuts_off_without_anybody_changing_anything():
    lab, clock = chain()
    clock.advance(timedelta(days=365))
    lab.refresh()
    assert set(lab.reachability.unreachable) == {"xe", "far"}
    assert lab.reachability.log[0].at == clock.now()


def test_a_wrong_clock_cuts_off_and_a_right_one_lets_back():
    lab, _ = chain()
    lab.faults.clock_skew("xr", timedelta(days=365))
    assert set(lab.reachability.unreachable) == {"xe", "far"}
    lab.faults.clear("xr")
    assert lab.reachability.unreachable == {}


def test_a_second_path_keeps_the_device():
    spare = link(
        "spare",
        a=ManagedEnd(device="xe", interface="HundredGigE1/0/3"),
        b=ManagedEnd(device="xr", interface="HundredGigE0/0/0/3"),
    )
    extra = "interface HundredGigE1/0/3\n no switchport\n!\nend"
    lab, _ = chain(
        spare,
        xe=CHAIN.replace("!\nend", extra),
        xr=XR.replace("!\nend", "interface HundredGigE0/0/0/3\n mtu 9000\n!\nend"),
    )
    enter(lab, "xe", f"interface {XE_PORT}", "shutdown")
    assert lab.reachability.unreachable == {}
    assert lab.reachability.log == []
    enter(lab, "xe", "interface HundredGigE1/0/3", "shutdown")
    assert set(lab.reachability.unreachable) == {"xe", "far"}
    reason = lab.reachability.unreachable["far"]
    assert f"link: xe {XE_PORT} is shut" in reason
    assert "spare: xe HundredGigE1/0/3 is shut" in reason


def test_a_suppliers_network_is_a_path():
    def attached(name, interface):
        return link(
            f"nhn-{name}",
            a=ManagedEnd(device=name, interface=interface),
            b=SupplierEnd(supplier="Norsk Helsenett"),
            encrypted_by="supplier",
        )

    far = FAR + "interface HundredGigE0/0/0/7\n mtu 9000\n"
    links = (attached("far", "HundredGigE0/0/0/7"), attached("xr", "HundredGigE0/0/0/7"))
    clock = ManualClock(NOON)
    xr = XR.replace("!\nend", "interface HundredGigE0/0/0/7\n mtu 9000\n!\nend")
    lab = Lab(region(*links), {"xe": CHAIN, "xr": xr, "far": far}, clock=clock)
    enter(lab, "xe", f"interface {NEXT_PORT}", "shutdown")
    assert lab.reachability.unreachable == {}
    enter(lab, "far", "interface HundredGigE0/0/0/7", "shutdown")
    assert set(lab.reachability.unreachable) == {"far"}


def test_power_of_the_device_between():
    lab, _ = chain()
    lab.faults.dead_site("site-xe")
    assert lab.reachability.unreachable["xe"] == "no power"
    assert lab.reachability.unreachable["far"] == "second: xe has no power"
    lab.faults.clear_site("site-xe")
    assert lab.reachability.unreachable == {}


def test_a_boot_takes_its_time_by_the_labs_clock_and_loses_what_was_not_saved():
    lab, clock = chain()
    enter(lab, "xe", "hostname changed")
    lab.faults.reboot("xe", 90)
    assert lab.reachability.unreachable == {"xe": "reboots", "far": "second: xe has no power"}
    clock.advance(timedelta(seconds=89))
    lab.refresh()
    assert "xe" in lab.reachability.unreachable
    clock.advance(timedelta(seconds=1))
    lab.refresh()
    assert lab.reachability.unreachable == {}
    assert lab.devices["xe"].hostname == "xe"


@pytest.mark.parametrize(
    ("station", "lost"), [("", set()), ("site-far", {"xr", "xe"}), (None, {"far"})]
)
def test_the_station_may_be_elsewhere_or_nowhere(station, lost):
    lab, _ = chain(station=station)
    enter(lab, "far", f"interface {FAR_PORT}", "shutdown")
    assert set(lab.reachability.unreachable) == lost


def test_a_device_that_no_link_joins_to_the_station_is_not_the_fabrics_business():
    clock = ManualClock(NOON)
    lab = Lab(region(), {"xe": CHAIN, "far": FAR}, clock=clock, station="site-far")
    enter(lab, "xe", f"interface {NEXT_PORT}", "shutdown")
    assert set(lab.reachability.unreachable) == {"xe"}
    lonely = Lab(region(), {"xr": XR, "far": FAR}, clock=clock)
    enter(lonely, "far", f"interface {FAR_PORT}", "shutdown")
    assert lonely.reachability.unreachable == {}


def test_a_station_where_no_device_is_has_a_hint():
    with pytest.raises(LabError, match="at site nowhere") as raised:
        chain(station="nowhere")
    assert raised.value.hint
