"""NAPALM's drivers, which have no types, with their logs silenced."""

from __future__ import annotations

from typing import Any

from napalm import get_network_driver

from netmod.devices.change.veil import silence_libraries

silence_libraries()


def napalm_driver(name: str) -> Any:
    """The class of one of NAPALM's drivers, as it is."""
    return get_network_driver(name)
