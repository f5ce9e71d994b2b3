"""Which end of a link is the far one, and whether the link is the only way to something."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Collection, Mapping
from datetime import date

from netmod.inventory import Inventory, Link, ManagedEnd, SupplierEnd
from netmod.rollout.impact import Impact, impact_of

_MANAGED_FROM = "data-centre"


class Paths:
    """The topology as it is used: without devices that do not answer.

    `station` is the site from which devices are managed; without one it is any data centre.
    """

    def __init__(
        self, inventory: Inventory, dead: Collection[str], today: date, station: str | None = None
    ) -> None:
        links = {
            name: link
            for name, link in inventory.links.items()
            if not any(end.device in dead for end in link.managed_ends)
        }
        self._impact: Impact = impact_of(dataclasses.replace(inventory, links=links), today)
        starts = [
            device.name
            for device in inventory.devices.values()
            if device.site == station
            or (station is None and inventory.sites[device.site].kind == _MANAGED_FROM)
        ]
        self._hops = _hops(links, starts)

    def far_first(self, link: Link) -> tuple[ManagedEnd, ...]:
        """Our ends of a link, the one further from where we manage first.

        Far is what would be reached over the link: what lies behind it, where it is the only way,
        else the end with more links between it and us. Of two that are as far, the one whose
        name comes later, so that every plan has the same order. Tightening begins there: if it
        goes wrong, the device beyond the link is the one that goes back by its own timer, while
        the near one can still be told to relax.
        """
        behind = self.cut_off(link)
        return tuple(
            sorted(
                link.managed_ends,
                key=lambda end: (
                    end.device in behind,
                    self._hops.get(end.device, len(self._hops)),
                    end.device,
                ),
                reverse=True,
            )
        )

    def cut_off(self, link: Link) -> tuple[str, ...]:
        """The devices that have no other way to a data centre."""
        return self._impact.cut_off_by_link(link.id)


def _hops(links: Mapping[str, Link], starts: Collection[str]) -> dict[str, int]:
    """How many links lie between each device and the nearest of `starts`."""
    joined: dict[str, set[str]] = {}
    for link in links.values():
        if link.status == "active":
            one, other = (_name(end) for end in link.ends)
            joined.setdefault(one, set()).add(other)
            joined.setdefault(other, set()).add(one)
    found = dict.fromkeys(starts, 0)
    waiting = deque(starts)
    while waiting:
        here = waiting.popleft()
        for there in joined.get(here, ()):
            if there not in found:
                found[there] = found[here] + 1
                waiting.append(there)
    return found


def _name(end: ManagedEnd | SupplierEnd) -> str:
    """A supplier's network joins all links that end in it."""
    return end.device if isinstance(end, ManagedEnd) else f"supplier {end.supplier}"
