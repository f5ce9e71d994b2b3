"""Regions of any size after the sample: they load, repeat, and keep its proportions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from netmod import documents
from netmod.errors import LabError, OutputError
from netmod.inventory import load_inventory
from netmod.jobs.lab import generate
from netmod.lab import PERSONAS
from netmod.lab.islands import islands, parts, stations
from netmod.lab.region import enlarge

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pattern():
    folder = ROOT / "inventory"
    return {
        str(path.relative_to(folder)): documents.read(path).data
        for path in sorted(folder.rglob("*.yaml"))
    }


@pytest.fixture(scope="module")
def sample():
    return load_inventory(ROOT / "inventory")


def made(tmp_path, devices):
    return load_inventory(generate(ROOT, devices, tmp_path / "region") / "inventory")


@pytest.mark.parametrize("devices", [2, 7, 50, 161])
def test_a_small_region_loads_and_hangs_together(tmp_path, devices):
    region = made(tmp_path, devices)
    assert len(region.devices) == devices
    assert max(len(one) for one in islands(region, region.devices)) > devices * 0.7


def test_a_region_of_the_samples_size_is_the_sample(tmp_path, sample):
    region = made(tmp_path, len(sample.devices))
    assert region.devices == sample.devices
    assert region.links == sample.links


def test_copies_keep_the_proportions_and_share_nothing(tmp_path, sample):
    count = 3
    region = made(tmp_path, count * len(sample.devices))

    def kinds(inventory):
        return Counter((one.domain, one.role, one.platform) for one in inventory.devices.values())

    assert kinds(region) == Counter({kind: count * n for kind, n in kinds(sample).items()})
    assert len(region.links) == count * len(sample.links)
    assert len(region.sites) == count * len(sample.sites)
    keys = [key.ckn for chain in region.key_chains.values() for key in chain.keys]
    assert len(keys) == len(set(keys))
    for name in ("loopback", "serial", "isis_net"):
        values = [one.data[name] for one in region.devices.values() if one.data.get(name)]
        assert len(values) == len(set(values)), name
    assert len(addresses(region)) == count * len(addresses(sample))


def addresses(inventory):
    """Those of our own networks; towards suppliers there are others."""
    ends = [end for link in inventory.links.values() for end in link.managed_ends]
    return {end.address for end in ends if end.address and not end.address.startswith("192.")}


def test_reflectors_do_not_multiply(tmp_path, sample):
    region = made(tmp_path, 2 * len(sample.devices))

    def reflectors(inventory):
        return [
            one.name for one in inventory.devices.values() if one.data.get("ibgp") == "reflector"
        ]

    assert reflectors(region) == reflectors(sample) != []


def test_each_copy_is_a_part_with_a_station_of_its_own(tmp_path, sample):
    size = len(sample.devices)
    region = made(tmp_path, 2 * size)
    names = [name for name, one in region.devices.items() if one.platform in PERSONAS]
    assert len(parts(region, names, size)) == 2
    assert stations(region, names) == {"dc-a", "r002-dc-a"}


def test_the_same_number_gives_the_same_region(pattern):
    assert enlarge(pattern, 400) == enlarge(pattern, 400)


@pytest.mark.parametrize("devices", [1, -1, 10**6])
def test_a_number_out_of_range_has_a_hint(pattern, devices):
    with pytest.raises(LabError, match="cannot be made") as raised:
        enlarge(pattern, devices)
    assert "give a number from 2 to" in raised.value.hint


def test_what_is_generated_may_be_generated_again_and_nothing_else_is_overwritten(tmp_path):
    folder = generate(ROOT, 3, tmp_path / "region")
    assert len(load_inventory(generate(ROOT, 2, folder) / "inventory").devices) == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("important")
    with pytest.raises(OutputError, match="something else"):
        generate(ROOT, 2, tmp_path / "mine")
    with pytest.raises(OutputError, match="something else"):
        generate(ROOT, 2, ROOT)
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
