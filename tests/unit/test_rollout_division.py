"""Waves: every unit in exactly one, the canary first, nothing before what it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.errors import InputError
from netmod.inventory import Inventory, load_inventory
from netmod.rollout.division import Division, divide
from netmod.rollout.model import Unit
from netmod.rollout.waves import (
    Canary,
    WaveOfList,
    Waves,
    WavesByClass,
    WavesByList,
    WavesByShare,
    WavesByTrust,
)

REGION = load_inventory(Path(__file__).parents[2] / "inventory")
NAMES = sorted(REGION.devices)
QUARTERS = WavesByShare(by="share")


def unit(name: str, after: tuple[str, ...] = ()) -> Unit:
    site = REGION.sites[REGION.devices[name].site]
    return Unit(id=name, trust=site.trust, site=site.id, devices=(name,), after=after)


def units(*names: str, after: Mapping[str, tuple[str, ...]] | None = None) -> list[Unit]:
    return [unit(name, (after or {}).get(name, ())) for name in names]


def split(
    chosen: list[Unit],
    waves: Waves = QUARTERS,
    canary: Canary | None = None,
    weights: Mapping[str, int] | None = None,
    inventory: Inventory = REGION,
) -> tuple[Division, ...]:
    return divide(chosen, waves, canary, inventory, lambda one: (weights or {}).get(one.id, 0))


def ids(division: Division) -> list[str]:
    return [one.id for one in division.units]


def test_shares_are_cumulative() -> None:
    found = split(units(*NAMES[:100]))
    assert [(one.name, len(one.units)) for one in found] == [
        ("10 %", 10), ("30 %", 20), ("55 %", 25), ("100 %", 45),
    ]  # fmt: skip


def test_a_single_unit_is_one_wave() -> None:
    assert [one.name for one in split(units("ull-as1"))] == ["10 %"]


def test_nothing_makes_no_wave() -> None:
    assert split([]) == ()


def test_classes_come_in_their_order() -> None:
    found = split(units(*NAMES), WavesByClass(by="class"))
    assert [one.name for one in found] == ["class C", "class B", "class A"]
    for one in found:
        assert {REGION.sites[each.site].site_class for each in one.units} == {one.name[-1]}


def test_trusts_that_are_not_named_come_last() -> None:
    found = split(units(*NAMES), WavesByTrust(by="trust", order=("sun", "ahus")))
    names = [one.name for one in found]
    assert names[:2] == ["sun", "ahus"]
    assert names[2:] == sorted(names[2:])


def test_a_list_takes_the_first_that_selects_and_leaves_nobody_out() -> None:
    first = WaveOfList(name="Ullevål", select=("site=oslo-ulleval",))
    rest = WaveOfList(name="rest", select=("trust=ous",))
    chosen = units("ull-as1", "rik-as1")
    found = split(chosen, WavesByList(by="list", waves=(first, rest)))
    assert [(one.name, ids(one)) for one in found] == [
        ("Ullevål", ["ull-as1"]),
        ("rest", ["rik-as1"]),
    ]
    with pytest.raises(InputError, match="no wave selects rik-as1"):
        split(chosen, WavesByList(by="list", waves=(first,)))


def test_a_canary_is_first_and_alone() -> None:
    found = split(units(*NAMES[:20]), canary=Canary(names=(NAMES[3],)))
    assert found[0] == Division("canary", (unit(NAMES[3]),), canary=True)
    assert all(NAMES[3] not in ids(one) for one in found[1:])


def test_a_canary_that_is_not_changed_is_refused() -> None:
    with pytest.raises(InputError, match="is not among what would be changed"):
        split(units("ull-as1"), canary=Canary(names=("rik-as1",)))


def test_a_canary_that_is_as_intended_has_passed() -> None:
    canary = Canary(names=("rik-as1",))
    found = divide(units("ull-as1"), QUARTERS, canary, REGION, lambda _: 0, {"rik-as1"})
    assert [one.canary for one in found] == [False]
    assert divide([], QUARTERS, canary, REGION, lambda _: 0) == ()


def test_a_canary_of_each_kind_is_the_one_that_costs_least() -> None:
    chosen = units("ull-as1", "ull-as2", "ull-ds1", "ull-ds2")
    weights = {"ull-as1": 2, "ull-as2": 1, "ull-ds1": 4, "ull-ds2": 5}
    canary = Canary(one_per=("role",))
    assert ids(split(chosen, canary=canary, weights=weights)[0]) == ["ull-as2", "ull-ds1"]


def test_what_depends_on_another_is_not_in_an_earlier_wave() -> None:
    after = dict.fromkeys(NAMES[1:], (NAMES[0],))
    found = split(units(*NAMES, after=after))
    first = next(number for number, one in enumerate(found) if NAMES[0] in ids(one))
    assert first == 0


def test_dependencies_in_a_circle_are_refused() -> None:
    after = {"ull-as1": ("ull-as2",), "ull-as2": ("ull-as1",)}
    with pytest.raises(InputError, match="wait for each other: ull-as1, ull-as2"):
        split(units("ull-as1", "ull-as2", after=after))


def test_a_canary_that_waits_for_others_is_refused() -> None:
    chosen = units("ull-as1", "ull-ds1", after={"ull-as1": ("ull-ds1",)})
    with pytest.raises(InputError, match="depends on ull-ds1"):
        split(chosen, canary=Canary(names=("ull-as1",)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Unit], Waves, Canary | None]:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=15, unique=True))
    order = draw(st.permutations(names))
    after = {
        name: tuple(draw(st.lists(st.sampled_from(order[:place]), max_size=2)))
        for place, name in enumerate(order)
        if place
    }
    waves = draw(
        st.sampled_from([QUARTERS, WavesByClass(by="class"), WavesByTrust(by="trust"),
                         WavesByShare(by="share", shares=(1, 100))])
    )  # fmt: skip
    canary = draw(st.sampled_from([None, Canary(one_per=("platform",)), Canary(names=(order[0],))]))
    return units(*names, after=after), waves, canary


@given(cases())
def test_every_unit_is_in_exactly_one_wave_and_behind_what_it_depends_on(
    case: tuple[list[Unit], Waves, Canary | None],
) -> None:
    chosen, waves, canary = case
    found = split(chosen, waves, canary)
    members = [name for one in found for name in ids(one)]
    assert sorted(members) == sorted(one.id for one in chosen)
    assert [one.canary for one in found[1:]] == [False] * (len(found) - 1)
    place = {name: number for number, one in enumerate(found) for name in ids(one)}
    for one in chosen:
        assert all(place[name] <= place[one.id] for name in one.after)
    assert found == split(chosen[::-1], waves, canary)


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=60, unique=True))
def test_one_device_more_moves_at_most_one_across_each_boundary(names: list[str]) -> None:
    *known, new = names
    place = {name: one.name for one in split(units(*known)) for name in ids(one)}
    later = {name: one.name for one in split(units(*names)) for name in ids(one)}
    moved = [name for name in known if place[name] != later[name]]
    assert new in later
    assert len(moved) <= len(QUARTERS.shares) - 1
