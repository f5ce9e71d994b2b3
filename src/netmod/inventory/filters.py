"""Selecting devices: `site=dc-a,dc-b role=p`, and names with wildcards."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable, Mapping, Sequence

from netmod.errors import InputError, Problem
from netmod.inventory.models import Device, Inventory

_WILDCARDS = frozenset("*?[")


def select(inventory: Inventory, terms: Sequence[str]) -> list[Device]:
    """The devices that all terms select, in the inventory's order; every device without terms.

    A term is `key=value` or a host name. Keys: domain, site, trust, class, role, platform, host.
    Commas mean or, several terms mean and, and `*`, `?`, `[…]` are wildcards. Raises `InputError`
    for an unknown key, for a value that nothing has, and where no device is left.
    """
    devices = list(inventory.devices.values())
    if not terms:
        return devices
    chosen: set[int] | None = None
    for term in terms:
        found = _positions(inventory, term)
        chosen = found if chosen is None else chosen & found
    if not chosen:
        hint = "each term alone selects something; leave one out"
        raise _refusal(f"no device matches {' and '.join(terms)}", hint)
    return [devices[position] for position in sorted(chosen)]


def _positions(inventory: Inventory, term: str) -> set[int]:
    key, equals, wanted = term.partition("=")
    if not equals:
        key, wanted = "host", term
    if key not in inventory.index:
        known = ", ".join(inventory.index)
        near = difflib.get_close_matches(key, inventory.index, n=1)
        hint = f"did you mean {near[0]!r}? Keys are {known}" if near else f"keys are {known}"
        raise _refusal(f"unknown key {key!r} in {term!r}", hint)
    declared = {"site": inventory.sites, "trust": inventory.trusts}.get(key, inventory.index[key])
    return _of_values(key, inventory.index[key], wanted.split(","), declared)


def _of_values(
    key: str, index: Mapping[str, Sequence[int]], wanted: Iterable[str], declared: Iterable[str]
) -> set[int]:
    """Positions of the values. One that exists nowhere is a typing error, not an empty set."""
    found: set[int] = set()
    for value in wanted:
        if _WILDCARDS.isdisjoint(value):
            names = [value] if value in declared else []
        else:
            names = fnmatch.filter(declared, value)
        if not names:
            near = difflib.get_close_matches(value, list(declared), n=1)
            hint = f"did you mean {near[0]!r}?" if near else "see netmod inventory show"
            raise _refusal(f"no {key} is called {value!r}", hint)
        for name in names:
            found.update(index.get(name, ()))
    return found


def _refusal(message: str, hint: str) -> InputError:
    return InputError([Problem("filter", 0, message, hint)])
