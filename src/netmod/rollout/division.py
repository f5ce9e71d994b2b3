"""Units into waves: each into exactly one, the canary first, nothing before what it depends on.

Pure and deterministic. Shares are taken of the units in an order that their names alone decide, so
that one unit more moves at most one other across each boundary.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from netmod.errors import InputError, Problem
from netmod.inventory import Inventory, select
from netmod.rollout.model import Unit
from netmod.rollout.waves import (
    Canary,
    Waves,
    WavesByClass,
    WavesByList,
    WavesByShare,
    WavesByTrust,
)

Weigh = Callable[[Unit], int]
"""How many devices are cut off where a unit does not come back."""


class Division(NamedTuple):
    """A wave to be: in the order in which its units are begun, the least weighty first."""

    name: str
    units: tuple[Unit, ...]
    canary: bool = False


def divide(
    units: Sequence[Unit],
    waves: Waves,
    canary: Canary | None,
    inventory: Inventory,
    weigh: Weigh,
    done: Collection[str] = (),
) -> tuple[Division, ...]:
    """The waves, without empty ones. `done` are devices and links that are as intended already: a
    canary that is among them has passed.

    A unit is in a later wave than its kind of waves says where something that it depends on is.
    Raises `InputError` where dependencies go round in a circle, where the canary names what is not
    among the units or depends on what is not canary, and where a list of waves leaves one out.
    """
    _in_order(units)
    first = _canaries(units, canary, inventory, weigh, done) if canary and units else ()
    chosen = {one.id for one in first}
    rest = [one for one in units if one.id not in chosen]
    for one in first:
        later = [name for name in one.after if name not in chosen]
        if later:
            message = f"the canary {one.id} depends on {', '.join(later)}, which is no canary"
            raise _refused(message, "name what it depends on as a canary, too")
    names, numbers = _numbered(rest, waves, inventory)
    _pushed(rest, numbers)
    found = [Division("canary", _by_weight(first, weigh), canary=True)]
    for number, name in enumerate(names):
        members = [one for one in rest if numbers[one.id] == number]
        found.append(Division(name, _by_weight(members, weigh)))
    return tuple(one for one in found if one.units)


def _refused(message: str, hint: str) -> InputError:
    return InputError([Problem("runbook", 0, message, hint)])


def _by_weight(units: Iterable[Unit], weigh: Weigh) -> tuple[Unit, ...]:
    return tuple(sorted(units, key=lambda one: (weigh(one), one.id)))


def _lot(name: str) -> str:
    """A place in the order that nothing but the name decides."""
    return hashlib.sha256(name.encode()).hexdigest()


def _in_order(units: Sequence[Unit]) -> None:
    """Raise where no order of the units has each behind what it depends on."""
    left = {one.id: {name for name in one.after if name != one.id} for one in units}
    left = {name: after & left.keys() for name, after in left.items()}
    while free := {name for name, after in left.items() if not after}:
        left = {name: after - free for name, after in left.items() if name not in free}
    if left or any(one.id in one.after for one in units):
        circle = ", ".join(sorted(left)) or next(one.id for one in units if one.id in one.after)
        raise _refused(f"these wait for each other: {circle}", "mend the runbook's `after`")


def _pushed(units: Sequence[Unit], numbers: dict[str, int]) -> None:
    """Put units behind what they depend on, as often as that moves others in turn."""
    waiting = [one for one in units if one.after]
    moved = True
    while moved:
        moved = False
        for one in waiting:
            earliest = max((numbers.get(name, 0) for name in one.after), default=0)
            if numbers[one.id] < earliest:
                numbers[one.id] = earliest
                moved = True


def _canaries(
    units: Sequence[Unit],
    canary: Canary,
    inventory: Inventory,
    weigh: Weigh,
    done: Collection[str],
) -> tuple[Unit, ...]:
    if canary.names:
        found = [
            one for one in units if {one.id, *one.devices, *one.links}.intersection(canary.names)
        ]
        if not found and not set(canary.names).issubset(done):
            names = ", ".join(canary.names)
            message = f"the canary {names} is not among what would be changed"
            raise _refused(message, "name another: netmod rollout plan shows what is left out, why")
        return tuple(found)
    lightest: dict[tuple[str, ...], Unit] = {}
    # what waits for others cannot come first
    for one in sorted((one for one in units if not one.after), key=lambda one: _lot(one.id)):
        key = tuple(_trait(one, trait, inventory) for trait in canary.one_per)
        known = lightest.get(key)
        if known is None or weigh(one) < weigh(known):
            lightest[key] = one
    return tuple(lightest.values())


def _trait(unit: Unit, trait: str, inventory: Inventory) -> str:
    if trait == "trust":
        return unit.trust
    if trait == "class":
        return inventory.sites[unit.site].site_class
    return "+".join(sorted({getattr(inventory.devices[name], trait) for name in unit.devices}))


def _numbered(
    units: Sequence[Unit], waves: Waves, inventory: Inventory
) -> tuple[tuple[str, ...], dict[str, int]]:
    """The names of the waves, and which of them each unit is in."""
    match waves:
        case WavesByShare(shares=shares):
            return _by_share(units, shares)
        case WavesByClass(order=order):
            classes = {one.id: inventory.sites[one.site].site_class for one in units}
            return _by_value(classes, order, "class ")
        case WavesByTrust(order=order):
            return _by_value({one.id: one.trust for one in units}, order, "")
        case WavesByList():
            return _by_list(units, waves, inventory)


def _by_share(
    units: Sequence[Unit], shares: Sequence[float]
) -> tuple[tuple[str, ...], dict[str, int]]:
    ordered = sorted((one.id for one in units), key=_lot)
    numbers: dict[str, int] = {}
    begin = 0
    for number, share in enumerate(shares):
        end = math.ceil(len(ordered) * share / 100)
        numbers.update(dict.fromkeys(ordered[begin:end], number))
        begin = end
    return tuple(f"{share:g} %" for share in shares), numbers


def _by_value(
    values: Mapping[str, str], order: Sequence[str], prefix: str
) -> tuple[tuple[str, ...], dict[str, int]]:
    """A wave for each value: those of the order, then the others by name."""
    every = [*dict.fromkeys(order), *sorted({*values.values()} - {*order})]
    place = {value: number for number, value in enumerate(every)}
    numbers = {name: place[value] for name, value in values.items()}
    return tuple(f"{prefix}{value}" for value in every), numbers


def _by_list(
    units: Sequence[Unit], waves: WavesByList, inventory: Inventory
) -> tuple[tuple[str, ...], dict[str, int]]:
    """The first wave that selects one of a unit's devices."""
    chosen = [{one.name for one in select(inventory, wave.select)} for wave in waves.waves]
    numbers: dict[str, int] = {}
    for one in units:
        found = [number for number, names in enumerate(chosen) if names.intersection(one.devices)]
        if found:
            numbers[one.id] = found[0]
    left = [one.id for one in units if one.id not in numbers]
    if left:
        few = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")
        raise _refused(f"no wave selects {few}", "add a wave for the rest, or exclude them")
    return tuple(wave.name for wave in waves.waves), numbers
