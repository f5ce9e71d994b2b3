"""Back from the intended config to what ran before."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from netmod.drift import remediate, take_back
from netmod.evidence import redact
from netmod.intent import render
from netmod.inventory import Inventory, load_inventory
from netmod.platforms import platform

ROOT = Path(__file__).parents[2]
ADDED = "192.0.2.77"
CASES = [
    ("cisco_iosxe", "no logging host 192.0.2.77 vrf MGMT\n"),
    ("cisco_nxos", "no logging server 192.0.2.77 6 use-vrf management\n"),
    ("cisco_iosxr", "no logging 192.0.2.77 vrf MGMT severity info\n"),
    ("juniper_junos", "delete system syslog host 192.0.2.77\n"),
    ("arista_eos", "no logging vrf MGMT host 192.0.2.77\n"),
]


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load_inventory(ROOT / "inventory")


def configs(inventory: Inventory, os: str) -> tuple[str, str]:
    """A device's config, and the one with a log server more."""
    device = next(one for one in inventory.devices.values() if one.platform == os)
    logging = device.data["logging"]
    more = logging.model_copy(update={"servers": (*logging.servers, ADDED)})
    changed = dataclasses.replace(device, data={**device.data, "logging": more})
    devices = {**inventory.devices, device.name: changed}
    (plain,) = render(inventory, ROOT / "templates", [device])
    (with_it,) = render(
        dataclasses.replace(inventory, devices=devices), ROOT / "templates", [changed]
    )
    if os != "juniper_junos":
        return plain.text, with_it.text
    # its devices show braces, and what is redacted there is written otherwise than in lines of set
    return _without_keys(plain.text), _without_keys(with_it.text)


def _without_keys(text: str) -> str:
    return "".join(
        line for line in text.splitlines(keepends=True) if " authentication-key " not in line
    )


@pytest.mark.parametrize(("os", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_was_added_is_taken_away_and_no_secret_is_touched(
    inventory: Inventory, os: str, expected: str
) -> None:
    chosen = platform(os)
    assert chosen is not None
    plain, more = configs(inventory, os)
    found = take_back(more, redact(plain), chosen.language)
    assert found.converges
    assert found.manual == ()
    assert found.text == expected


@pytest.mark.parametrize("os", [case[0] for case in CASES])
def test_what_was_taken_away_comes_back(inventory: Inventory, os: str) -> None:
    chosen = platform(os)
    assert chosen is not None
    plain, more = configs(inventory, os)
    found = take_back(plain, redact(more), chosen.language)
    assert found.text == remediate(more, redact(plain), chosen.language).text
    assert ADDED in found.text


def test_where_nothing_differs_nothing_is_taken_back(inventory: Inventory) -> None:
    chosen = platform("cisco_iosxe")
    assert chosen is not None
    plain, _ = configs(inventory, "cisco_iosxe")
    assert take_back(plain, redact(plain), chosen.language).commands == ()


def test_a_secret_that_no_capture_shows_is_left_to_a_human() -> None:
    chosen = platform("cisco_iosxe")
    assert chosen is not None
    intended = "hostname a\nntp server 192.0.2.1\nend\n"
    running = "hostname a\nsnmp-server community s3cr3t RO\nntp server 192.0.2.2\nend\n"
    found = take_back(intended, running, chosen.language)
    assert {one.why for one in found.manual} == {"make-before-break", "secret"}
    assert "community" not in found.text
    assert "ntp server 192.0.2.2" in found.text
    assert "s3cr3t" not in found.model_dump_json()
