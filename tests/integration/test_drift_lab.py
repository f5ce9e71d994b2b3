"""Drift against the lab: nothing where nothing was changed, and just what was typed elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmod.drift import Comparison, compare, remediate
from netmod.intent import render
from netmod.inventory import Inventory, load_inventory
from netmod.lab import Lab
from netmod.lab.shell import open_shell
from netmod.platforms import platform

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def intended(inventory: Inventory) -> dict[str, str]:
    rendered = render(inventory, ROOT / "templates", inventory.devices.values())
    return {one.host: one.text for one in rendered}


def type_in(lab: Lab, host: str, *lines: str) -> str:
    """The output of the last line at a terminal of a device."""
    shell = open_shell(lab.devices[host], lab.fabric)
    replies = list(shell.receive("".join(f"{line}\n" for line in lines)))
    return replies[-1].output.replace("\r\n", "\n")


def drift(lab: Lab, inventory: Inventory, intended: dict[str, str], host: str) -> Comparison:
    chosen = platform(inventory.devices[host].platform)
    assert chosen is not None
    return compare(intended[host], type_in(lab, host, chosen.config_command), chosen.language)


def test_a_region_that_runs_its_standard_does_not_drift(
    inventory: Inventory, intended: dict[str, str]
) -> None:
    lab = Lab(inventory, intended)
    drifted = {
        host: found.differences
        for host in lab.devices
        if (found := drift(lab, inventory, intended, host)).differences
    }
    assert drifted == {}


CHANGES = [
    (
        "cisco_iosxe",
        ["configure terminal", "no ntp authenticate", "ip http server", "end"],
        {("missing", "ntp authenticate"), ("changed", "ip http server")},
    ),
    (
        "cisco_nxos",
        ["configure terminal", "feature telnet", "interface mgmt0", "description changed", "end"],
        {("changed", "feature telnet"), ("changed", "description changed")},
    ),
    (
        "arista_eos",
        ["configure", "username intruder privilege 15 secret sha512 $6$x$y", "end"],
        {("extra", "username intruder privilege 15 secret sha512 $6$<redacted>")},
    ),
    (
        "cisco_iosxr",
        ["configure", "domain name other.example", "commit", "end"],
        {("changed", "domain name other.example")},
    ),
    (
        "juniper_junos",
        ["configure", "set system domain-name other.example", "commit and-quit"],
        {("changed", "other.example")},
    ),
]


@pytest.mark.parametrize(("os", "lines", "expected"), CHANGES, ids=[case[0] for case in CHANGES])
def test_what_is_typed_on_a_device_is_drift_and_nothing_else(
    inventory: Inventory,
    intended: dict[str, str],
    os: str,
    lines: list[str],
    expected: set[tuple[str, str]],
) -> None:
    host = next(one.name for one in inventory.devices.values() if one.platform == os)
    lab = Lab(inventory, {host: intended[host]})
    type_in(lab, host, *lines)
    found = drift(lab, inventory, intended, host)
    shown = {(one.change, (one.running or one.intended)[0]) for one in found.differences}
    assert shown == expected


ENTER = {"cisco_iosxe": ("configure terminal", "end"), "cisco_nxos": ("configure terminal", "end"),
         "arista_eos": ("configure", "end"), "cisco_iosxr": ("configure", "commit", "end"),
         "juniper_junos": ("configure", "commit and-quit")}  # fmt: skip


@pytest.mark.parametrize(
    ("os", "lines"), [case[:2] for case in CHANGES], ids=[case[0] for case in CHANGES]
)
def test_a_remediation_typed_on_the_device_leaves_what_a_human_must_do(
    inventory: Inventory, intended: dict[str, str], os: str, lines: list[str]
) -> None:
    host = next(one.name for one in inventory.devices.values() if one.platform == os)
    lab = Lab(inventory, {host: intended[host]})
    type_in(lab, host, *lines)
    chosen = platform(os)
    assert chosen is not None
    found = remediate(intended[host], type_in(lab, host, chosen.config_command), chosen.language)
    assert found.converges
    begin, *ends = ENTER[os]
    type_in(lab, host, begin, *found.text.splitlines(), *ends)
    left = drift(lab, inventory, intended, host).differences
    assert len(left) == len(found.manual)
