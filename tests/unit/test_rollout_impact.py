"""What is cut off: against a search of the graph without the device or link."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from netmod.inventory import Device, Inventory, Link, ManagedEnd, Site, SupplierEnd, load_inventory
from netmod.rollout.impact import impact_of

TODAY = date(2026, 11, 28)
REGION = load_inventory(Path(__file__).parents[2] / "inventory")


def site(name: str, kind: str) -> Site:
    return Site.model_validate({"id": name, "name": name, "trust": "t", "class": "C", "kind": kind,
                                "latitude": 60, "longitude": 10})  # fmt: skip


def region(pairs: list[tuple[str, str]], anchors: set[str], more: list[str]) -> Inventory:
    """Devices and suppliers (`S…`) joined by links `0`, `1`, …; `anchors` are in a data centre."""
    names = sorted({name for pair in pairs for name in pair if name[0] != "S"} | anchors | {*more})
    sites = {"dc": site("dc", "data-centre"), "out": site("out", "clinic")}
    devices = {
        name: Device(name, "192.0.2.1", 22, "cisco_iosxe", "lan", "access",
                     "dc" if name in anchors else "out", (), {})
        for name in names
    }  # fmt: skip

    def end(name: str) -> ManagedEnd | SupplierEnd:
        if name[0] == "S":
            return SupplierEnd(supplier=name)
        return ManagedEnd(device=name, interface="x")

    links = {
        str(number): Link(id=str(number), layer="campus", a=end(one), b=end(two), capacity=10**9)
        for number, (one, two) in enumerate(pairs)
    }
    return Inventory({}, sites, devices, links)


def reached(inventory: Inventory, *, device: str = "", link: str = "") -> set[str]:
    """The devices that reach a data centre without one device or link."""
    found = {
        name
        for name, one in inventory.devices.items()
        if inventory.sites[one.site].kind == "data-centre" and name != device
    }
    seen, waiting = {*found}, [*found]
    while waiting:
        place = waiting.pop()
        for one in inventory.links.values():
            ends = [end.device if isinstance(end, ManagedEnd) else end.supplier for end in one.ends]
            if one.id == link or device in ends or place not in ends:
                continue
            for other in ends:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return seen & {*inventory.devices}


VERTEX = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "S1", "S2"])
PAIRS = st.lists(st.tuples(VERTEX, VERTEX).filter(lambda one: one[0] != one[1]), max_size=14)


@given(PAIRS, st.sets(st.sampled_from(["a", "b"])), st.lists(VERTEX.filter(lambda x: x[0] != "S")))
def test_it_is_what_a_search_without_it_does_not_find(
    pairs: list[tuple[str, str]], anchors: set[str], more: list[str]
) -> None:
    inventory = region(pairs, anchors, more)
    impact = impact_of(inventory, TODAY)
    whole = reached(inventory)
    assert impact.apart == {*inventory.devices} - whole
    survivors = set(whole)
    for device in inventory.devices:
        without = reached(inventory, device=device)
        assert {*impact.cut_off_by_device(device)} == whole - without - {device}
    for link in inventory.links:
        without = reached(inventory, link=link)
        assert {*impact.cut_off_by_link(link)} == whole - without
        survivors &= without
    for device in inventory.devices:
        assert impact.second_path(device) == (device in survivors)


def test_a_small_site_hangs_from_one_link() -> None:
    impact = impact_of(REGION, TODAY)
    assert impact.cut_off_by_link("ca-gjo-we1-ds1") == ("gjo-as1", "gjo-as2", "gjo-ds1", "gjo-wl1")
    assert impact.cut_off_by_device("gjo-ds1") == ("gjo-as1", "gjo-as2", "gjo-wl1")
    assert not impact.second_path("gjo-as1")
    assert impact.second_path("dca-sp1")


def test_links_that_are_not_up_today_are_no_way() -> None:
    link = REGION.links["ca-gjo-we1-ds1"]
    for change in (
        {"status": "planned"}, {"status": "decommissioned"}, {"active_from": date(2026, 11, 29)},
        {"layer": "storage"},
    ):  # fmt: skip
        links = {**REGION.links, link.id: link.model_copy(update=change)}
        impact = impact_of(dataclasses.replace(REGION, links=links), TODAY)
        assert impact.apart == {"gjo-as1", "gjo-as2", "gjo-ds1", "gjo-wl1"}
        assert not impact.second_path("gjo-ds1")
