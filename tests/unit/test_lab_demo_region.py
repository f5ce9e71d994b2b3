"""The demonstration's faults, and the sample region without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.errors import LabError
from netmod.intent import render
from netmod.inventory import load_inventory
from netmod.lab import PERSONAS, Lab, ManualClock, plant_demo_faults
from tests.unit import lab_pair

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def region():
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def configs(region):
    devices = [device for device in region.devices.values() if device.platform in PERSONAS]
    return {one.host: one.text for one in render(region, ROOT / "templates", devices)}


def built(region, configs):
    return Lab(region, configs, clock=ManualClock(lab_pair.NOON))


def port_states(lab, link):
    """The states of every port that both ends have; empty where an end is not emulated."""
    ends = link.managed_ends
    if len(ends) < 2 or any(end.device not in lab.devices for end in ends):
        return []
    states = []
    for index, end in enumerate(link.ends):
        members = [(member.a, member.b)[index] for member in link.members]
        device = lab.devices[end.device]
        states += [lab.fabric.port(device, name) for name in members or [end.interface]]
    return [state for state in states if state is not None]


@pytest.fixture(scope="module")
def sound(region, configs):
    return built(region, configs)


def test_every_line_of_the_sample_is_taken(sound):
    assert sound.rejected == {}


def test_the_sample_is_encrypted_where_it_is_meant_to_be(region, sound):
    judged = 0
    for link in region.links.values():
        states = port_states(sound, link)
        if link.status == "active" and link.encryption and states:
            judged += 1
            assert {state.traffic for state in states} == {"encrypted"}, link.id
    assert judged > 20


@pytest.fixture(scope="module")
def planted(region, configs):
    return plant_demo_faults(region, configs)


@pytest.fixture(scope="module")
def faulty(region, planted):
    return built(region, planted.configs)


def test_the_same_faults_every_time(region, configs, planted):
    assert plant_demo_faults(region, configs) == planted
    assert sorted(planted.faults.values()) == [
        "confidentiality-offset",
        "expired-key",
        "mismatched-ckn",
        "one-sided",
        "should-secure",
        "weak-cipher",
    ]


def test_faults_are_configuration_that_devices_take(faulty):
    assert faulty.rejected == {}


def actives(states):
    return [state.active for state in states]


SHOWN = {
    "one-sided": lambda states: (
        {state.traffic for state in states} == {"blocked"}
        and any(state.port.macsec is None for state in states)
        and any(state.port.macsec is not None for state in states)
    ),
    "should-secure": lambda states: all(
        one and not one.policy.must_secure and one.cipher == "GCM-AES-XPN-256"
        for one in actives(states)
    ),
    "weak-cipher": lambda states: all(
        one and one.cipher == "GCM-AES-128" and one.policy.must_secure for one in actives(states)
    ),
    "expired-key": lambda states: all(
        state.port.macsec and state.traffic == "blocked" and state.sessions == ()
        for state in states
    ),
    "mismatched-ckn": lambda states: (
        {state.traffic for state in states} == {"blocked"}
        and {one.status for state in states for one in state.sessions} == {"no-peer"}
    ),
    "confidentiality-offset": lambda states: all(
        one and one.offset == 30 and one.cipher == "GCM-AES-256" for one in actives(states)
    ),
}


@pytest.mark.parametrize("fault", SHOWN)
def test_each_fault_shows_on_its_link(region, planted, faulty, fault):
    (name,) = [link for link, kind in planted.faults.items() if kind == fault]
    assert SHOWN[fault](port_states(faulty, region.links[name]))


@pytest.mark.parametrize("fault", SHOWN)
def test_no_fault_shows_where_it_was_not_planted(region, sound, planted, fault):
    (name,) = [link for link, kind in planted.faults.items() if kind == fault]
    assert not SHOWN[fault](port_states(sound, region.links[name]))


def test_no_other_link_is_touched(region, sound, planted, faulty):
    for name, link in region.links.items():
        if name not in planted.faults:
            before = [(one.traffic, one.active) for one in port_states(sound, link)]
            assert [(one.traffic, one.active) for one in port_states(faulty, link)] == before, name


def test_the_dark_site_is_small_and_has_no_other_fault(region, planted):
    site = region.sites[planted.dead_site]
    assert site.site_class == "C"
    for name in planted.faults:
        assert site not in {region.site_of(end) for end in region.links[name].ends}


def test_too_small_a_region_says_so():
    with pytest.raises(LabError, match="links can have a fault"):
        plant_demo_faults(lab_pair.inventory(), {"xe": lab_pair.XE, "xr": lab_pair.XR})
