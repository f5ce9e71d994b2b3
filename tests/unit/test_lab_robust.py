"""No line crashes a persona: neither in a configuration that is loaded, nor at its terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.intent import render
from netmod.inventory import Inventory, load_inventory
from netmod.lab import PERSONAS, Lab, ManualClock
from netmod.lab.shell import open_shell
from tests.unit.lab_pair import NOON

ROOT = Path(__file__).parents[2]
TOPICS = ("macsec", "mka", "key", "cak", "ckn", "life", "mtu", "clock", "time-zone", "interface",
          "channel-group", "bundle", "rekey", "window", "offset", "lldp")  # fmt: skip
VALUES = (
    "abc", "-1", "0", "30", "99999999999", "1/0/1", "2026-02-31.10:00", "infinite", "duration",
    "00:00:00", "99:99:99", "31", "February", "2026", "0001", "9999", "local", "Europe/Oslo", "25",
    "must-secure", "seconds", "gcm-aes-256", '"', "^", "[", "]", "{", "}", ";", "\u00b2", "no",
    "mtu", "lifetime", "start-time", "clock", "timezone", "exit", "Ethernet1/1", "xe-0/0/0",
)  # fmt: skip
ENTER = {"juniper_junos": "configure", "arista_eos": "configure", "cisco_iosxr": "configure"}


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def config(sample: Inventory) -> dict[str, tuple[str, list[str]]]:
    """For each platform a device and those lines of its config that the lab reads values from."""
    found = {}
    for platform in PERSONAS:
        device = next(one for one in sample.devices.values() if one.platform == platform)
        (rendered,) = render(sample, ROOT / "templates", [device])
        lines = rendered.text.splitlines()
        kept = [one for one in lines if any(topic in one for topic in TOPICS)]
        found[platform] = (device.name, kept[:120])
    return found


def damaged(data: st.DataObject, lines: list[str]) -> list[str]:
    """The lines with other words in some of them, and some of words alone."""
    words = sorted({word for line in lines for word in line.split()} | set(VALUES))
    result = list(lines)
    for number in data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=12)):
        margin = result[number][: len(result[number]) - len(result[number].lstrip())]
        parts = result[number].split() or [""]
        at = data.draw(st.integers(0, len(parts)))
        parts[at : at + data.draw(st.integers(0, 2))] = [data.draw(st.sampled_from(words))]
        result[number] = margin + " ".join(parts)
    return result


@pytest.mark.parametrize("platform", PERSONAS)
@settings(max_examples=60)
@given(data=st.data())
def test_any_configuration_can_be_read(
    config: dict[str, tuple[str, list[str]]], platform: str, data: st.DataObject
) -> None:
    persona = PERSONAS[platform]
    tree = persona.tree(persona.grammar)
    tree.load("\n".join(damaged(data, config[platform][1])))
    persona.read(tree)


@pytest.mark.parametrize("platform", PERSONAS)
@settings(max_examples=15)
@given(data=st.data())
def test_any_line_can_be_typed(
    sample: Inventory,
    config: dict[str, tuple[str, list[str]]],
    platform: str,
    data: st.DataObject,
) -> None:
    host, lines = config[platform]
    some = data.draw(st.integers(0, max(0, len(lines) - 20)))
    lab = Lab(sample, {host: ""}, clock=ManualClock(NOON), station="")
    device = lab.devices[host]
    shell = open_shell(device, lab.fabric)
    for line in (
        ENTER.get(platform, "configure terminal"),
        *damaged(data, lines[some : some + 20]),
    ):
        assert list(shell.receive(line + "\n"))
        _ = device.view
    for line in ("", "commit", "end", "yes", "show running-config"):
        assert list(shell.receive(line + "\n"))
    _ = device.view


@pytest.mark.parametrize("line", ["mtu abc", "mtu", "mtu 99999999999"])
def test_a_size_that_is_none_is_refused(sample: Inventory, line: str) -> None:
    host = next(one.name for one in sample.devices.values() if one.platform == "cisco_iosxe")
    lab = Lab(sample, {host: "hostname a\n"}, clock=ManualClock(NOON), station="")
    shell = open_shell(lab.devices[host], lab.fabric)
    replies = [
        reply
        for typed in ("configure terminal", "interface TenGigabitEthernet1/0/1", line)
        for reply in shell.receive(typed + "\n")
    ]
    assert "%" in replies[-1].output
    assert lab.devices[host].view.ports["TenGigabitEthernet1/0/1"].mtu is None


@pytest.mark.parametrize("platform", ["cisco_iosxe", "cisco_nxos", "cisco_iosxr", "arista_eos"])
def test_lines_below_one_that_leads_nowhere_are_rejected(platform: str) -> None:
    persona = PERSONAS[platform]
    tree = persona.tree(persona.grammar)
    text = "hostname a\n more\n  still\nbogus words\n below\nhostname b\n"
    assert tree.load(text) == [(2, "more"), (3, "still"), (4, "bogus words"), (5, "below")]
