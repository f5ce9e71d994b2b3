"""Every Junos and IOS-XR configuration of the project survives each form that NETCONF gives it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from netmod.intent import render
from netmod.inventory import load_inventory
from netmod.lab import Lab
from netmod.lab.iosxr.system import configuration as xr_lines
from netmod.lab.iosxr.target import verify
from netmod.lab.junos.loading import load_set, load_text, load_xml
from netmod.lab.junos.tree import braces, compare, set_lines
from netmod.lab.junos.xml import configuration
from netmod.lab.statements import Statement

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def devices():
    region = load_inventory(ROOT / "inventory")
    chosen = [
        one for one in region.devices.values() if one.platform in ("cisco_iosxr", "juniper_junos")
    ]
    configs = {one.host: one.text for one in render(region, ROOT / "templates", chosen)}
    found = list(Lab(region, configs).devices.values())
    return {
        platform: [one for one in found if one.persona.platform == platform]
        for platform in ("cisco_iosxr", "juniper_junos")
    }


@pytest.mark.parametrize("form", ["text", "set", "xml"])
def test_a_junos_configuration_is_loaded_as_it_was_given(devices, form):
    assert devices["juniper_junos"]
    for device in devices["juniper_junos"]:
        root, loaded = device.running.root, Statement("", "global")
        if form == "text":
            problems = load_text(loaded, "\n".join(braces(root)), "merge")
        elif form == "set":
            problems = load_set(loaded, "\n".join(set_lines(root)))
        else:
            written = etree.tostring(configuration(root))
            problems = load_xml(loaded, etree.fromstring(written), "merge")
        assert problems == []
        assert list(compare(root, loaded)) == []


def test_an_ios_xr_configuration_is_loaded_as_it_was_given(devices):
    assert devices["cisco_iosxr"]
    for device in devices["cisco_iosxr"]:
        loaded = device.running.empty()
        assert loaded.load("\n".join(xr_lines(device, device.running))) == []
        assert device.running.difference_lines(device.running.root, loaded.root) == []
        verify(loaded.root)
