"""The test platform has the shape of production: what passes there can pass here."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.inventory import Inventory, load_inventory

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def both() -> tuple[Inventory, Inventory]:
    return load_inventory(ROOT / "inventory"), load_inventory(ROOT / "nonprod" / "inventory")


def test_it_has_every_role_layer_and_platform_on_a_few_devices(
    both: tuple[Inventory, Inventory],
) -> None:
    region, nonprod = both
    assert len(nonprod.devices) < len(region.devices) / 5
    for of in ("role", "platform", "domain"):
        seen = [{getattr(one, of) for one in each.devices.values()} for each in both]
        assert seen[0] == seen[1], of
    assert {one.layer for one in region.links.values()} == {
        one.layer for one in nonprod.links.values()
    }


def test_it_has_the_standard_of_the_region(both: tuple[Inventory, Inventory]) -> None:
    """What sites and hosts say of themselves may differ, and nothing else."""
    own = {"contact", "site", "management_gateway", "loopback", "vtep", "asn", "isis_net",
           "gateways", "model", "serial", "ibgp", "ports"}  # fmt: skip
    region, nonprod = both
    for device in nonprod.devices.values():
        other = next(
            one
            for one in region.devices.values()
            if (one.platform, one.role) == (device.platform, device.role)
        )
        wanted = {key: value for key, value in other.data.items() if key not in own}
        assert {key: value for key, value in device.data.items() if key not in own} == wanted


def test_no_key_address_or_name_is_shared_with_production(
    both: tuple[Inventory, Inventory],
) -> None:
    region, nonprod = both
    for names in (
        lambda each: set(each.devices),
        lambda each: set(each.links),
        lambda each: set(each.sites),
        lambda each: {one.address for one in each.devices.values()},
        lambda each: {key.ckn for chain in each.key_chains.values() for key in chain.keys},
        lambda each: {key.secret for chain in each.key_chains.values() for key in chain.keys},
    ):
        assert names(region) & names(nonprod) == set()
